import { PassThrough, Readable } from 'node:stream'
import { type Cluster, type ClusterOptions, createCluster } from '@posthorn/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ProduceFlags, produceJob } from '../src/produce/job.ts'
import { produce } from '../src/produce/produce.ts'
import { FakeIo } from './support/fakeIo.ts'

/** For a busy machine. */
const patience = { timeout: 20_000 }

let cluster: Cluster
beforeEach(() => void (cluster = start()))
afterEach(() => cluster.close())

function start(options: ClusterOptions = {}): Cluster {
  return createCluster({ brokers: 2, topics: { t: 1, many: 4 }, ...options })
}

/** Runs `posthorn produce` in memory. */
function runWith(io: FakeIo, flags: Partial<ProduceFlags> = {}): Promise<number> {
  const bootstrapServers = cluster.bootstrapServers.join(',')
  const job = produceJob(undefined, { bootstrapServers, topic: 't', format: 'lines', json: true, ...flags })
  return produce({ ...job, options: { ...job.options, transport: cluster.transport() } }, io)
}

const stored = (topic = 't'): string[] => cluster.records(topic).map(({ value }) => Buffer.from(value ?? []).toString())

describe('a run', () => {
  it('stores each line once, in order, and says how it went', async () => {
    const lines = Array.from({ length: 5000 }, (_, i) => `line ${i}`)
    const io = new FakeIo(lines.join('\n'))
    expect(await runWith(io, { compression: 'gzip' })).toBe(0)
    expect(stored()).toEqual(lines)
    const bytes = lines.join('').length
    expect(io.json).toMatchObject({ topic: 't', records: 5000, acknowledged: 5000, failed: 0, bytes, retries: 0 })
    expect(io.json).toMatchObject({ errors: [], interrupted: false, error: null })
    expect(io.json['partitions']).toEqual([{ partition: 0, records: 5000, firstOffset: 0, lastOffset: 4999 }])
    expect(io.json['batches']).toBe(cluster.log('t', 0).length)
    expect(io.json['bytesSent']).toBe(cluster.log('t', 0).reduce((sum, batch) => sum + batch.bytes.length, 0))
  })

  it('sends keys to their partitions', async () => {
    const io = new FakeIo('a,1\nb,2\nc,3\na,4\n')
    expect(await runWith(io, { topic: 'many', keySeparator: ',' })).toBe(0)
    const partitionOf = new Map(cluster.records('many').map(({ key, partition }) => [String(key), partition]))
    expect(partitionOf.size).toBe(3)
    expect(cluster.records('many')).toHaveLength(4)
  })

  it('needs no offsets from the broker: with acks=0 there are none to show', async () => {
    const io = new FakeIo('a\n')
    expect(await runWith(io, { acks: '0' })).toBe(0)
    expect(io.json['partitions']).toEqual([{ partition: 0, records: 1, firstOffset: null, lastOffset: null }])
  })

  it('does nothing, and says so, with no input', async () => {
    const io = new FakeIo()
    expect(await runWith(io, { json: false })).toBe(0)
    expect(io.stdout.text).toMatch(/^0 records for t: 0 acknowledged, 0 failed\n/)
  })

  it('prints a table for people', async () => {
    const io = new FakeIo('a\nb\n')
    expect(await runWith(io, { json: false })).toBe(0)
    expect(io.stdout.text).toMatch(/^2 records for t: 2 acknowledged, 0 failed\n2 B in \d/)
    expect(io.stdout.text).toMatch(/partition +records +first offset +last offset\n +0 +2 +0 +1\n$/)
    expect(io.stderr.text).toBe('')
  })

  it('shows progress on a terminal', async () => {
    const io = new FakeIo('a\nb\n', { terminal: true })
    expect(await runWith(io)).toBe(0)
    expect(io.stderr.text).toContain('2 records | 2 B |')
    expect(io.stderr.text).toContain('0 in flight | 0 failed')
  })
})

describe('trouble', () => {
  it('is survived when it can be: each record is there once', async () => {
    cluster.intercept('Produce', { cutAfter: true }, { times: 1 })
    const io = new FakeIo('a\nb\n')
    expect(await runWith(io)).toBe(0)
    expect(stored()).toEqual(['a', 'b'])
    expect(io.json['retries']).toBe(1)
  })

  it('with a record is counted with its line, and the others are sent', async () => {
    const io = new FakeIo(`a\n${'x'.repeat(990)}\n${'x'.repeat(5000)}\nb\n`)
    expect(await runWith(io, { config: ['max.request.size=1000'] })).toBe(1)
    expect(stored()).toEqual(['a', 'b'])
    const message = expect.stringMatching(/^line 2: .*maxRequestSize/) as string
    expect(io.json['errors']).toEqual([{ code: 'MESSAGE_TOO_LARGE', count: 2, message }])
    expect(io.json).toMatchObject({ records: 4, acknowledged: 2, failed: 2 })
  })

  it('that the broker has with records is told by its code', async () => {
    cluster.intercept('Produce', { error: 'TOPIC_AUTHORIZATION_FAILED' })
    const io = new FakeIo('a\nb\n')
    expect(await runWith(io)).toBe(1)
    expect(io.json).toMatchObject({ acknowledged: 0, failed: 2, batches: 0 })
    expect(io.json['errors']).toMatchObject([{ code: 'TOPIC_AUTHORIZATION_FAILED', count: 2 }])
  })

  it('with the input ends the reading: what came before is delivered', async () => {
    const io = new FakeIo('{"a":1}\n{"a":\n{"a":3}\n')
    expect(await runWith(io, { format: 'ndjson' })).toBe(1)
    expect(stored()).toEqual(['{"a":1}'])
    expect(io.stderr.text).toMatch(/^posthorn: standard input, line 2: not JSON/)
    expect(io.json['error']).toMatch(/line 2: not JSON/)
  })

  it('with the topic is told before anything is read', async () => {
    cluster = start({ autoCreateTopics: false })
    const io = new FakeIo('a\n')
    expect(await runWith(io, { topic: 'none', config: ['max.block.ms=50'], json: false })).toBe(1)
    expect(io.stderr.text).toMatch(/^posthorn: no metadata of topic none within 50 ms \(maxBlockMs\): .*topic/)
    expect(io.stdout.text).toBe('')
  })
})

describe('memory', () => {
  it('is bounded by bufferMemory, whatever the input', async () => {
    const chunk = Buffer.from(`${'x'.repeat(99)}\n`.repeat(100))
    let [given, most] = [0, 0]
    const source = new Readable({
      highWaterMark: chunk.length,
      read() {
        given++
        this.push(given > 300 ? null : chunk)
      },
    })
    cluster.intercept('Produce', () => {
      const storedBytes = cluster.log('t', 0).reduce((sum, batch) => sum + batch.bytes.length, 0)
      most = Math.max(most, given * chunk.length - storedBytes)
      return undefined
    })
    const io = new FakeIo(source)
    expect(await runWith(io, { config: ['buffer.memory=65536'] })).toBe(0)
    expect(io.json['acknowledged']).toBe(30_000)
    expect(most).toBeLessThan(65_536 + 5 * chunk.length)
  })
})

describe('Ctrl-C', () => {
  it('stops reading and delivers what was read', async () => {
    const input = new PassThrough()
    const io = new FakeIo(input, { terminal: true })
    const run = runWith(io, { config: ['linger.ms=600000', 'deliveryTimeoutMs=700000'] })
    input.write('a\nb\n')
    await expect.poll(() => io.stderr.text, patience).toContain('2 in flight')
    expect(stored()).toEqual([])
    io.signals.emit('SIGINT')
    expect(await run).toBe(130)
    expect(stored()).toEqual(['a', 'b'])
    expect(io.json).toMatchObject({ records: 2, acknowledged: 2, interrupted: true })
    expect(io.signals.listenerCount('SIGINT')).toBe(0)
  })

  it('pressed twice gives up what is not delivered', async () => {
    const lost = cluster.intercept('Produce', { drop: true })
    const input = new PassThrough()
    const io = new FakeIo(input)
    const run = runWith(io)
    input.write('a\nb\n')
    await expect.poll(() => lost.count, patience).toBe(1)
    io.signals.emit('SIGINT')
    io.signals.emit('SIGINT')
    expect(await run).toBe(130)
    expect(io.json).toMatchObject({ records: 2, acknowledged: 0, failed: 2 })
    expect(io.json['errors']).toMatchObject([{ code: 'PRODUCER_CLOSED', count: 2 }])
  })

  it('ends a run that waits for the cluster; SIGTERM does the same', async () => {
    cluster.pauseBroker(0)
    cluster.pauseBroker(1)
    const io = new FakeIo('a\n')
    const run = runWith(io)
    io.signals.emit('SIGTERM')
    expect(await run).toBe(143)
    expect(io.json).toMatchObject({ records: 0, interrupted: true, error: null })
  })
})
