import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it } from 'vitest'
import { fetchMetadata } from './metadata.ts'
import { runOrThrow } from './run.ts'
import { describeKafka } from './testCluster.ts'
import { until } from './until.ts'

const cli = fileURLToPath(new URL('./cli.ts', import.meta.url))

interface Running {
  readonly brokers: readonly { readonly port: number; readonly running: boolean }[]
  readonly control: string
  readonly dir: string
}

let child: ChildProcess | undefined

async function up(...args: string[]): Promise<{ readonly process: ChildProcess; readonly info: Running }> {
  const started = spawn(process.execPath, [cli, 'up', ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  child = started
  const [line] = (await once(started.stdout, 'data')) as [Buffer]
  return { process: started, info: JSON.parse(line.toString('utf8')) as Running }
}

function silent(port: number): Promise<void> {
  const refused = (): Promise<boolean> =>
    fetchMetadata(port).then(
      () => false,
      () => true,
    )
  return until(refused, { what: `silence of port ${port}`, timeoutMs: 10_000 })
}

describeKafka('the command line', () => {
  afterEach(() => child?.kill('SIGKILL'))

  it('kills and starts a broker of a cluster that another process runs', async () => {
    const { process: server, info } = await up('--config', 'num.partitions=3')
    const tell = async (...words: string[]): Promise<Running> => {
      const { stdout } = await runOrThrow(process.execPath, [cli, ...words, '--control', info.control])
      return JSON.parse(stdout) as Running
    }
    const port = info.brokers[0]?.port ?? 0
    expect((await tell('kill', '0')).brokers).toMatchObject([{ port, running: false }])
    await silent(port)
    expect((await tell('start', '0')).brokers).toMatchObject([{ port, running: true }])
    expect((await fetchMetadata(port)).brokers).toEqual([0])
    server.kill('SIGTERM')
    expect(await once(server, 'exit')).toEqual([0, null])
    expect(existsSync(info.dir)).toBe(false)
  })

  it('leaves no broker behind when it is killed', async () => {
    const { process: server, info } = await up()
    server.kill('SIGKILL')
    await silent(info.brokers[0]?.port ?? 0)
    await rm(info.dir, { recursive: true })
  })
})
