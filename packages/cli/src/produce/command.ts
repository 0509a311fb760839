import { type Command, Option } from 'commander'
import { addConnectionFlags } from '../connection/flags.ts'
import type { Io } from '../io.ts'
import { repeated } from '../repeated.ts'
import { type ProduceFlags, produceJob } from './job.ts'
import { produce } from './produce.ts'

const examples = `
Examples:
  $ seq 1 1000000 | posthorn produce --bootstrap-servers localhost:9092 --topic numbers --compression gzip
  $ posthorn produce --bootstrap-servers localhost:9092 --topic orders --key-separator : orders.txt
  $ posthorn produce --bootstrap-servers localhost:9092 --topic flights --format csv --key-field origin flights.csv
  $ posthorn produce --bootstrap-servers localhost:9092 --topic logs --config linger.ms=50 --json < app.log

Formats:
  lines   one record per line: the bytes between newlines, untouched. A last line without a newline counts.
          With --key-separator the key ends at its first occurrence; a line without it has no key.
  ndjson  one JSON value per line, sent as it stands. --key-field names the member that is the key.
  csv     a header row, then one record per row, sent as a JSON object. --key-field names the column that is the key.

Ctrl-C stops reading and delivers what was read; a second one gives that up. The exit code is 0 only if every record
was acknowledged, 2 if the command line cannot work, 1 otherwise.`

/** Adds `posthorn produce`; `done` is told the exit code. */
export function addProduceCommand(program: Command, io: Io, done: (code: number) => void): void {
  const command = program
    .command('produce')
    .summary('write records from a file or standard input to a topic')
    .description('Writes records from FILE, or from standard input, to a topic.')
    .argument('[FILE]', 'what to read; standard input if absent or -')
  addConnectionFlags(command)
    .requiredOption('-t, --topic <TOPIC>', 'topic to write to')
    .addOption(
      new Option('-f, --format <FORMAT>', 'how the input is divided')
        .choices(['lines', 'ndjson', 'csv'])
        .default('lines'),
    )
    .option('-k, --key-separator <TEXT>', 'with lines: what ends the key; \\t is a tab')
    .option('--key-field <NAME>', 'with ndjson and csv: the member or column that is the key')
    .option('-z, --compression <CODEC>', 'none, gzip, snappy, lz4 or zstd (default: none)')
    .addOption(new Option('--acks <ACKS>', 'who must have stored a record (default: all)').choices(['all', '1', '0']))
    .option(
      '-c, --config <KEY=VALUE>',
      "any setting of the producer, by its name (lingerMs) or Java's (linger.ms); may be repeated",
      repeated,
    )
    .option('--json', 'print the summary as one JSON object')
    .addHelpText('after', examples)
    .action(async (file: string | undefined, flags: ProduceFlags) => {
      done(await produce(produceJob(file, flags), io))
    })
}
