import type { Command } from 'commander'
import { addConnectionFlags } from '../connection/flags.ts'
import type { Io } from '../io.ts'
import { doctor } from './doctor.ts'
import { type DoctorFlags, doctorJob, systemParts } from './job.ts'

const examples = `
Examples:
  $ posthorn doctor --bootstrap-servers kafka-1:9092,kafka-2:9092
  $ posthorn doctor --properties client.properties --topic orders
  $ posthorn doctor -b kafka:9093 --tls-ca ca.pem --sasl SCRAM-SHA-512 --username me --password-env KAFKA_PASSWORD
  $ posthorn doctor -b kafka:9092 --topic scratch --write --json

Nothing is changed in the cluster: the topic is not created, and no record is written without --write. The exit code is
0 if every step succeeded, 1 if one failed, 2 if the command line or a setting cannot work.`

/** Adds `posthorn doctor`; `done` is told the exit code. */
export function addDoctorCommand(program: Command, io: Io, done: (code: number) => void): void {
  const command = program
    .command('doctor')
    .summary('find out why a cluster cannot be reached or written to')
    .description(
      'Resolves, connects, speaks TLS, negotiates, logs in and asks for the cluster, then does the same with every ' +
        'broker that it advertises; says what fails, why, and what to do.',
    )
  addConnectionFlags(command)
    .option('-t, --topic <TOPIC>', 'also ask whether this topic is there and may be written to')
    .option('--write', 'write one record to the topic')
    .option('--timeout <SECONDS>', 'for all of it; one step gets a third at most', '30')
    .option('--json', 'print the report as one JSON object')
    .addHelpText('after', examples)
    .action(async (flags: DoctorFlags) => {
      done(await doctor(doctorJob(flags), systemParts(), io))
    })
}
