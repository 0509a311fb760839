import { type Command, Option } from 'commander'
import { addConnectionFlags } from '../connection/flags.ts'
import type { Io } from '../io.ts'
import { repeated } from '../repeated.ts'
import { type PerfFlags, perfJob } from './job.ts'
import { perf } from './perf.ts'

const examples = `
Examples:
  $ posthorn perf --bootstrap-servers localhost:9092 --topic load --records 5000000
  $ posthorn perf -b localhost:9092 -t load --duration 60 --rate 20000 --record-size 1024 -z zstd --report perf.html
  $ posthorn perf -b localhost:9092 -t load --payload-file orders.ndjson --transactional-id perf-1 --json

Sends made records, or the lines of a file in turn, as fast as the cluster takes them or at a rate, and tells how many a
second it took and how long each waited for its acknowledgement. With --rate a record's wait begins when it was due.
Without --records it runs for 10 seconds. The records stay in the topic: use one that is there for this.

Ctrl-C ends the run early and waits for what is in flight; a second one gives that up. The exit code is 0 only if every
record was acknowledged, 2 if the command line cannot work, 1 otherwise.`

/** Adds `posthorn perf`; `done` is told the exit code. */
export function addPerfCommand(program: Command, io: Io, done: (code: number) => void): void {
  const command = program
    .command('perf')
    .summary('measure how fast a cluster takes records')
    .description('Sends records to a topic, and tells how fast that was.')
  addConnectionFlags(command)
    .requiredOption('-t, --topic <TOPIC>', 'topic to write to')
    .option('-n, --records <COUNT>', 'how many records')
    .option('-d, --duration <SECONDS>', 'how long at most')
    .option('-s, --record-size <BYTES>', 'size of a value (default: 100)')
    .option('--payload-file <FILE>', 'values to send instead: the lines of a file')
    .option('-r, --rate <PER SECOND>', 'records per second (default: as many as the cluster takes)')
    .option('--warmup-records <COUNT>', 'send so many before, which are not counted')
    .option('-z, --compression <CODEC>', 'none, gzip, snappy, lz4 or zstd (default: none)')
    .addOption(new Option('--acks <ACKS>', 'who must have stored a record (default: all)').choices(['all', '1', '0']))
    .option('--linger-ms <MS>', 'how long a batch waits to become full (default: 5)')
    .option('--batch-size <BYTES>', 'how large a batch becomes (default: 16384)')
    .option('--transactional-id <ID>', 'send in transactions')
    .option('--transaction-records <COUNT>', 'how many records a transaction has (default: 1000)')
    .option(
      '-c, --config <KEY=VALUE>',
      "any setting of the producer, by its name (lingerMs) or Java's (linger.ms); may be repeated",
      repeated,
    )
    .option('--json', 'print the result as one JSON object')
    .option('--report <FILE>', 'write an HTML page with plots')
    .addHelpText('after', examples)
    .action(async (flags: PerfFlags) => {
      done(await perf(perfJob(flags), io))
    })
}
