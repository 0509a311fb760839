import { parseArgs } from 'node:util'
import { move } from './move.ts'

const usage = `node --conditions=@posthorn/source src/main.ts --bootstrap-servers HOST:PORT,… [--input orders] [--output invoices]
  [--group billing] [--instance 1] [--session-timeout-ms 45000] [--transaction-records 500] [--until-drained]

Makes an invoice of each order, exactly once: consumes with kafkajs, produces with Posthorn, records and offsets in one
transaction. Ends by SIGINT or SIGTERM, or, with --until-drained, where the input ended when it began.
`

// kafkajs 2.2.4 gives its timers negative delays, of which Node warns; all other warnings are shown.
process.removeAllListeners('warning').on('warning', ({ name, message }) => {
  if (name !== 'TimeoutNegativeWarning') process.stderr.write(`${name}: ${message}\n`)
})

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  let flags
  try {
    flags = parse(args)
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}`)
    return 2
  }
  if (flags['bootstrap-servers'] === undefined) {
    process.stdout.write(usage)
    return flags.help === true ? 0 : 2
  }
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort())
  const { input, output, group } = flags
  try {
    const options = {
      bootstrapServers: flags['bootstrap-servers'].split(',').map((address) => address.trim()),
      ...{ input, output, groupId: group, transactionalId: `${group}-${flags.instance}` },
      sessionTimeoutMs: Number(flags['session-timeout-ms']),
      recordsPerTransaction: Number(flags['transaction-records']),
      untilDrained: flags['until-drained'],
      onStarted: () => void process.stdout.write(`from ${input} to ${output}\n`),
    }
    process.stdout.write(`${await move(options, stop.signal)} moved\n`)
    return 0
  } catch (error) {
    // Whoever supervises the process starts it again: it goes on behind the last transaction that was committed.
    process.stderr.write(`${String(error)}\n`)
    return 1
  }
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      'bootstrap-servers': { type: 'string' },
      input: { type: 'string', default: 'orders' },
      output: { type: 'string', default: 'invoices' },
      group: { type: 'string', default: 'billing' },
      instance: { type: 'string', default: '1' },
      'session-timeout-ms': { type: 'string', default: '45000' },
      'transaction-records': { type: 'string', default: '500' },
      'until-drained': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  }).values
}
