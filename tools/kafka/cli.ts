import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { control, controlCommands, serveControl } from './control.ts'
import { judgeCommand } from './judge/process.ts'
import { startKafka } from './startKafka.ts'

const usage = `Real Apache Kafka on 127.0.0.1, for chaos by hand.

  node tools/kafka/cli.ts up [--brokers N] [--version V] [--config key=value ...] [--dir D] [--full-jit]
      prints {"bootstrapServers", ...} as JSON when it is ready; runs until SIGINT or SIGTERM
  node tools/kafka/cli.ts kill|stop|start|pause|resume BROKER [--control PATH]
  node tools/kafka/cli.ts status [--control PATH]
      for a cluster that runs in another shell; BROKER counts from 0
  node tools/kafka/cli.ts judge COMMAND ...
      the Java judge: read, count, produce, batches, create-topic, delete-topic, describe
`

const endSignals = ['SIGINT', 'SIGTERM'] as const

async function up(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      brokers: { type: 'string', default: '1' },
      version: { type: 'string' },
      config: { type: 'string', multiple: true, default: [] },
      dir: { type: 'string' },
      'full-jit': { type: 'boolean', default: false },
    },
  })
  const config = Object.fromEntries(values.config.map(keyAndValue))
  const { version, dir } = values
  // A start that is called off is not waited for; the exit handler removes what is there.
  const callOff = (): never => process.exit(130)
  for (const signal of endSignals) process.on(signal, callOff)
  const cluster = await startKafka({
    brokers: Number(values.brokers),
    config,
    fullJit: values['full-jit'],
    ...(version !== undefined && { version }),
    ...(dir !== undefined && { dir }),
  })
  const ended = new Promise((resolve) => {
    for (const signal of endSignals) process.off(signal, callOff).on(signal, resolve)
  })
  const endControl = await serveControl(cluster)
  const { bootstrapServers, brokers } = cluster
  const info = { bootstrapServers, brokers, dir: cluster.dir, control: join(cluster.dir, 'control.sock') }
  console.log(JSON.stringify({ version: cluster.version, pid: process.pid, ...info }))
  await ended
  await endControl()
  await cluster.close()
}

function keyAndValue(text: string): [string, string] {
  const at = text.indexOf('=')
  if (at < 1) throw new Error(`--config ${text}: expected key=value`)
  return [text.slice(0, at), text.slice(at + 1)]
}

async function instruct(command: string, args: string[]): Promise<void> {
  const options = { control: { type: 'string' } } as const
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
  const answer = await control([command, ...positionals], values.control)
  console.log(answer)
  if ('error' in JSON.parse(answer)) process.exitCode = 1
}

async function judge(args: string[]): Promise<void> {
  const { command, args: fixed } = await judgeCommand()
  const child = spawn(command, [...fixed, ...args], { stdio: 'inherit' })
  const [code] = (await once(child, 'exit')) as [number | null]
  process.exitCode = code ?? 1
}

async function main([command = '', ...rest]: string[]): Promise<void> {
  if (command === 'up') return up(rest)
  if (command === 'judge') return judge(rest)
  if (controlCommands.includes(command)) return instruct(command, rest)
  process.stderr.write(usage)
  process.exitCode = 2
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
