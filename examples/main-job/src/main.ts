import { parseArgs } from 'node:util'
import { mainJob } from './job.ts'
import { reportJson, reportText } from './report.ts'

const usage = `npm start -- [--bootstrap-servers HOST:PORT,…] [--topic NAME] [--json]

Writes a real data set to Kafka, reads it back with another client and compares. Without addresses it starts a cluster
inside this process. The exit code is 0 only if all came back as it was sent.
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
  if (flags.help === true) {
    process.stdout.write(usage)
    return 0
  }
  try {
    const bootstrapServers = flags['bootstrap-servers']?.split(',').map((address) => address.trim())
    const report = await mainJob({ bootstrapServers, topic: flags.topic })
    process.stdout.write(flags.json === true ? reportJson(report) : reportText(report))
    return report.equal ? 0 : 1
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    return 1
  }
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      'bootstrap-servers': { type: 'string' },
      topic: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  }).values
}
