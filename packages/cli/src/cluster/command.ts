import type { Command } from 'commander'
import type { Io } from '../io.ts'
import { repeated } from '../repeated.ts'
import { type ClusterFlags, clusterJob } from './job.ts'
import { runCluster } from './runCluster.ts'

const examples = `
Examples:
  $ posthorn cluster --brokers 3 --port 9092 --topic orders:6 --topic logs
  $ kcat -b localhost:9092 -L
  $ posthorn cluster --json | head -1

For local development only: everything is kept in memory and forgotten at the end, there are no consumer groups, no
transactions and no authentication, and only this machine can connect. Production is Apache Kafka.`

/** Adds `posthorn cluster`; `done` is told the exit code. */
export function addClusterCommand(program: Command, io: Io, done: (code: number) => void): void {
  program
    .command('cluster')
    .summary('run a Kafka cluster inside this process, for local development')
    .description('Runs a Kafka cluster inside this process, on 127.0.0.1, until it is stopped by Ctrl-C.')
    .option('-n, --brokers <N>', 'number of brokers', '1')
    .option('-p, --port <PORT>', 'port of the first broker, the others follow; 0 for any that are free', '9092')
    .option('--partitions <N>', 'partitions of topics that do not say', '1')
    .option('-t, --topic <NAME[:PARTITIONS]>', 'a topic to begin with; may be repeated', repeated)
    .option('--no-auto-create-topics', 'do not create topics that clients ask for')
    .option('--json', 'print addresses and topics as one JSON object')
    .addHelpText('after', examples)
    .action(async (flags: ClusterFlags) => {
      done(await runCluster(clusterJob(flags), io))
    })
}
