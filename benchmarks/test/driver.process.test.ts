import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { type Cluster, createCluster } from '@posthorn/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const driver = fileURLToPath(new URL('../driver.mjs', import.meta.url))
// The producer from its sources, as in all other tests, so that nothing depends on a build.
const nodeFlags = ['--conditions=@posthorn/source']

const numbers = ['bytes', 'seconds', 'records_per_s', 'mb_per_s', 'cpu_user_s', 'cpu_us_per_record']
const quantiles = ['p50_ms', 'p95_ms', 'p99_ms', 'p999_ms']

describe('the driver', () => {
  let cluster: Cluster
  beforeEach(async () => {
    cluster = createCluster({ topics: { bench: 6 } })
    await cluster.listen()
  })
  afterEach(() => cluster.close())

  async function run(flags: readonly string[]): Promise<Record<string, unknown>> {
    const bootstrap = ['--bootstrap', String(cluster.bootstrapServers[0])]
    const child = spawn(process.execPath, [...nodeFlags, driver, ...bootstrap, ...flags], { stdio: 'pipe' })
    const output = Promise.all([text(child.stdout), text(child.stderr)])
    const [code] = (await once(child, 'close')) as [number | null]
    const [out, errors] = await output
    if (code !== 0) throw new Error(`the driver ended with ${code}: ${errors}`)
    expect(out.trimEnd().split('\n')).toHaveLength(1)
    return JSON.parse(out) as Record<string, unknown>
  }

  /** One hash over all keys and values that were stored, whatever their order. */
  function stored(): string {
    const hex = (bytes: Uint8Array | null): string => (bytes === null ? '' : Buffer.from(bytes).toString('hex'))
    const lines = cluster.records('bench').map(({ key, value }) => `${hex(key)}:${hex(value)}`)
    return createHash('sha256').update(lines.sort().join('\n')).digest('hex')
  }

  // The hashes are those of what the drivers of other producers send for these flags.
  it.each(['single', 'callback'])('sends the records that every driver sends, in mode %s', async (mode) => {
    const line = await run([
      '--mode',
      mode,
      '--records',
      '3000',
      '--warmup',
      '150',
      '--window',
      '500',
      '--of-others',
      '1',
    ])
    expect(line).toMatchObject({ peer: mode === 'single' ? 'posthorn' : 'posthorn:callback', records: 3000, errors: 0 })
    expect(line).toMatchObject({ warmup: 150, bytes: 300_000, cpu_sys_s: expect.any(Number) as number })
    for (const name of [...numbers, ...quantiles, 'max_rss_mb']) expect(line[name], name).toBeGreaterThan(0)
    expect(stored()).toBe('3c3aa477bf98391133be3bb065d1c162391dca4d01f0bb6dd3a81faf833fd74e')
  })

  it('sends keys and JSON, at a rate, compressed', async () => {
    const shape = ['--value-size', '200', '--key-size', '16', '--payload', 'json', '--codec', 'gzip']
    const line = await run([...shape, '--rate', '20000', '--records', '2000'])
    expect(line).toMatchObject({ records: 2000, warmup: 100, bytes: 432_000, errors: 0 })
    expect(stored()).toBe('cb714f9e20451547c2214baab34ae96b58d10497b6133ae3319f768529f1c547')
  })

  it.each(['single', 'callback'])('tells what was accepted when the brokers are silent, in mode %s', async (mode) => {
    cluster.intercept('Produce', { drop: true })
    const line = await run(['--mode', mode, '--records', '5000', '--warmup', '0', '--stall-seconds', '1'])
    expect(line).toMatchObject({ accepted: 5000, acked: 0, errors: 0 })
    expect(line['rss_mb']).toBeGreaterThan(0)
    expect(line['max_rss_mb']).toBeGreaterThan(0)
  })

  it('refuses flags that make no sense', async () => {
    await expect(run(['--mode', 'batch'])).rejects.toThrow('--mode: expected single or callback, received batch')
    await expect(run(['--records', 'many'])).rejects.toThrow('--records: expected a number, 0 or more, received many')
  })
})
