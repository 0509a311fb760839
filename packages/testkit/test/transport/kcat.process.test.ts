import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Cluster, createCluster } from '../../src/index.ts'

const hasKcat = spawnSync('kcat', ['-V']).status === 0

/** librdkafka, by way of kcat: a client that shares no line with us. */
describe.skipIf(!hasKcat)(hasKcat ? 'kcat' : 'kcat (skipped: it is not on the PATH)', () => {
  let cluster: Cluster
  beforeEach(async () => {
    cluster = createCluster({ brokers: 3, topics: { numbers: 3, single: 1 } })
    await cluster.listen()
  })
  afterEach(() => cluster.close())

  async function kcat(args: readonly string[], input = ''): Promise<string> {
    const child = spawn('kcat', ['-b', cluster.bootstrapServers.join(','), ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const output = Promise.all([text(child.stdout), text(child.stderr)])
    child.stdin.end(input)
    const [code] = (await once(child, 'close')) as [number | null]
    const [out, errors] = await output
    if (code !== 0) throw new Error(`kcat ended with ${code}: ${errors}`)
    return out
  }

  const read = ['-C', '-e', '-q', '-X', 'fetch.wait.max.ms=10']
  const lines = Array.from({ length: 2000 }, (_, i) => `line ${i}`)

  it('sees brokers, topics and leaders', async () => {
    const seen = JSON.parse(await kcat(['-L', '-J'])) as { brokers: unknown[]; topics: { partitions: unknown[] }[] }
    expect(seen.brokers).toHaveLength(3)
    expect(seen.topics.map((topic) => topic.partitions.length)).toEqual([3, 1])
  })

  it.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'])('produces with %s and reads back what it wrote', async (codec) => {
    await kcat(['-P', '-t', 'single', '-z', codec], lines.join('\n'))
    expect((await kcat([...read, '-t', 'single'])).trimEnd().split('\n')).toEqual(lines)
  })

  it('produces with idempotence, without loss while the leader moves', async () => {
    let produced = 0
    cluster.intercept('Produce', () => {
      if (++produced === 2) cluster.moveLeader('numbers', 0, 1)
      return produced === 4 ? { cutAfter: true } : undefined
    })
    const options = ['-X', 'enable.idempotence=true', '-X', 'batch.num.messages=100', '-X', 'retry.backoff.ms=10']
    await kcat(['-P', '-t', 'numbers', '-p', '0', ...options], lines.join('\n'))
    const stored = cluster.records('numbers', 0)
    expect(stored.map((record) => Buffer.from(record.value!).toString())).toEqual(lines)
    expect(stored.map((record) => record.sequence)).toEqual(lines.map((_, i) => i))
  })

  it('produces keys, headers and null values, to a topic that is created by asking for it', async () => {
    await kcat(['-P', '-t', 'keyed', '-K', ':', '-Z', '-H', 'a=1', '-H', 'b=2'], 'k1:v1\nk2:\n')
    const found = await kcat([...read, '-t', 'keyed', '-f', '%k %s %h %S %o\n'])
    expect(found).toBe('k1 v1 a=1,b=2 2 0\nk2  a=1,b=2 -1 1\n')
  })

  it.each(['0', '1', 'all'])('produces with acks=%s', async (acks) => {
    await kcat(['-P', '-t', 'numbers', '-X', `acks=${acks}`], lines.join('\n'))
    // With acks=0 the client ends when it has written, not when the broker has read.
    await expect.poll(() => cluster.records('numbers').length).toBe(lines.length)
  })

  it('produces in transactions, and reads what was committed alone', async () => {
    const id = ['-X', 'transactional.id=kcat']
    await kcat(['-P', '-t', 'numbers', ...id], lines.join('\n'))
    expect(cluster.transaction('kcat')).toMatchObject({ state: 'CompleteCommit', partitions: [] })
    cluster.intercept('EndTxn', { error: 'INVALID_TXN_STATE' })
    await expect(kcat(['-P', '-t', 'numbers', ...id], 'never\n')).rejects.toThrow()
    const found = await kcat([...read, '-t', 'numbers', '-X', 'isolation.level=read_committed'])
    expect(found.trimEnd().split('\n').sort()).toEqual([...lines].sort())
    expect(cluster.records('numbers')).toHaveLength(lines.length + 1)
  })

  it('finds offsets by time', async () => {
    await kcat(['-P', '-t', 'numbers', '-p', '1'], lines.join('\n'))
    expect(await kcat(['-Q', '-t', 'numbers:1:-1'])).toBe('numbers [1] offset 2000\n')
    expect(await kcat(['-Q', '-t', 'numbers:1:0'])).toBe('numbers [1] offset 0\n')
  })
})
