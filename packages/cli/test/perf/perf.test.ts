import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Cluster, type ClusterOptions, createCluster, VirtualClock } from '@posthorn/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type PerfFlags, perfJob } from '../../src/perf/job.ts'
import { perf } from '../../src/perf/perf.ts'
import type { PerfResult } from '../../src/perf/result.ts'
import { FakeIo } from '../support/fakeIo.ts'

let clock: VirtualClock
let cluster: Cluster
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'posthorn-perf-'))
  start()
})
afterEach(async () => {
  await cluster.close()
  rmSync(folder, { recursive: true })
})

function start(options: ClusterOptions = {}): void {
  clock = new VirtualClock()
  cluster = createCluster({ brokers: 2, topics: { t: 3 }, clock, ...options })
}

/** Starts `posthorn perf` in memory and in simulated time. */
function begin(io: FakeIo, flags: Partial<PerfFlags>): Promise<number> {
  const bootstrapServers = cluster.bootstrapServers.join(',')
  const job = perfJob({ bootstrapServers, topic: 't', json: true, ...flags })
  return perf({ ...job, options: { ...job.options, clock, transport: cluster.transport() } }, io, clock)
}

async function runWith(io: FakeIo, flags: Partial<PerfFlags>): Promise<number> {
  return clock.runUntil(begin(io, flags))
}

const resultOf = (io: FakeIo): PerfResult => io.json as unknown as PerfResult

describe('a load', () => {
  it('is as many records as were asked for, each stored once, of the size that was asked for', async () => {
    const io = new FakeIo()
    expect(await runWith(io, { records: '5000', recordSize: '50' })).toBe(0)
    const values = cluster.records('t').map(({ value }) => value)
    expect(values).toHaveLength(5000)
    expect(values.every((value) => value?.length === 50)).toBe(true)
    expect(resultOf(io)).toMatchObject({ records: 5000, acknowledged: 5000, failed: 0, bytes: 250_000, retries: 0 })
    expect(resultOf(io).histogram.reduce((sum, { count }) => sum + count, 0)).toBe(5000)
    expect(resultOf(io).batches).toBe([0, 1, 2].flatMap((partition) => cluster.log('t', partition)).length)
  })

  it('keeps to its rate, and lasts as long as it was to', async () => {
    const io = new FakeIo()
    expect(await runWith(io, { rate: '2000', duration: '3' })).toBe(0)
    const { records, seconds, recordsPerSecond, samples } = resultOf(io)
    expect(records).toBeGreaterThanOrEqual(5990)
    expect(records).toBeLessThanOrEqual(6000)
    expect(seconds).toBeCloseTo(3, 1)
    expect(recordsPerSecond).toBeCloseTo(2000, -2)
    expect(samples.slice(0, 3).map((sample) => Math.round(sample.atSeconds))).toEqual([1, 2, 3])
    for (const sample of samples.slice(0, 3)) expect(sample.recordsPerSecond).toBeCloseTo(2000, -2)
  })

  it('tells how long records waited: with a rate from when they were due', async () => {
    cluster.intercept('Produce', { delayAfterMs: 40 })
    const io = new FakeIo()
    expect(await runWith(io, { rate: '1000', records: '1000', lingerMs: '0' })).toBe(0)
    const { p50, max } = resultOf(io).latencyMs
    expect(p50).toBeGreaterThanOrEqual(40)
    // Five requests in flight, of which the broker takes one after the other.
    expect(max).toBeLessThan(300)
  })

  it('counts the time that a cluster stood still against the records that could not be sent meanwhile', async () => {
    cluster.intercept('Produce', { delayAfterMs: 2000 }, { times: 1 })
    const io = new FakeIo()
    // Room for one record only: the others wait before they are sent.
    const config = ['buffer.memory=1024', 'batch.size=1024', 'max.block.ms=10000']
    expect(await runWith(io, { rate: '100', records: '100', recordSize: '900', lingerMs: '0', config })).toBe(0)
    // 100 records were due within the first second, and the broker answered after two.
    expect(resultOf(io).latencyMs.p50).toBeGreaterThan(1000)
  })

  it('sends the lines of a file in turn', async () => {
    const file = join(folder, 'values.txt')
    writeFileSync(file, 'one\n\ntwo\nthree')
    const io = new FakeIo()
    expect(await runWith(io, { records: '7', payloadFile: file })).toBe(0)
    const counts = new Map<string, number>()
    for (const { value } of cluster.records('t')) {
      const text = Buffer.from(value ?? []).toString()
      counts.set(text, (counts.get(text) ?? 0) + 1)
    }
    expect(counts).toEqual(new Map([['one', 3], ['two', 2], ['three', 2]])) // prettier-ignore
  })

  it('counts nothing of a warm-up', async () => {
    const io = new FakeIo()
    expect(await runWith(io, { records: '300', warmupRecords: '200' })).toBe(0)
    expect(cluster.records('t')).toHaveLength(500)
    expect(resultOf(io)).toMatchObject({ records: 300, acknowledged: 300 })
    expect(resultOf(io).histogram.reduce((sum, { count }) => sum + count, 0)).toBe(300)
  })

  it('commits its records in transactions', async () => {
    const io = new FakeIo()
    expect(await runWith(io, { records: '250', transactionalId: 'perf-1', transactionRecords: '100' })).toBe(0)
    expect(cluster.records('t', undefined, { isolation: 'read_committed' })).toHaveLength(250)
    const { transactions } = resultOf(io)
    expect(transactions).toMatchObject({ committed: 3, aborted: 0 })
    expect(transactions?.commitMs.max).toBeGreaterThanOrEqual(0)
  })
})

describe('what it tells', () => {
  it('is a summary with a histogram for people', async () => {
    const io = new FakeIo()
    expect(await runWith(io, { records: '1000', json: false })).toBe(0)
    expect(io.stdout.text).toMatch(/^1,000 records for t: 1,000 acknowledged, 0 failed\n100\.0 kB in /)
    expect(io.stdout.text).toMatch(/latency +min +mean +p50 +p90 +p95 +p99 +p99\.9 +p99\.99 +max\n/)
    expect(io.stdout.text).toMatch(/ ms – .* ms {2}█+ +\d+\.\d+ %\n$/)
    expect(io.stderr.text).toBe('')
  })

  it('is a line every second on a terminal, in the place of the one before', async () => {
    const io = new FakeIo('', { terminal: true })
    expect(await runWith(io, { rate: '100', duration: '2.5' })).toBe(0)
    const lines = io.stderr.text.split('\r\u001B[K').filter((text) => text !== '')
    expect(lines).toHaveLength(2)
    expect(lines[0]).toMatch(/^1 s: (9\d|10\d) records\/s, .* latency p50 .* ms, p99 .* ms, max .* ms, \d+ in flight$/)
    expect(io.stderr.text.endsWith('\r\u001B[K')).toBe(true)
  })

  it('is a page that needs nothing from elsewhere, with text from outside as text', async () => {
    const io = new FakeIo()
    const report = join(folder, 'report.html')
    const config = ['client.id=<script>', 'sasl.password=hunter2']
    expect(perfJob({ bootstrapServers: 'b', topic: 't', config: config.slice(1) }).settings['sasl.password']).toBe('…')
    const login = { saslPassword: 'hunter2' } as Partial<PerfFlags>
    expect(perfJob({ bootstrapServers: 'b', topic: 't', ...login }).settings['sasl-password']).toBe('…')
    expect(await runWith(io, { rate: '100', duration: '2', report, config: config.slice(0, 1) })).toBe(0)
    const page = readFileSync(report, 'utf8')
    expect(page).toMatch(/^<!doctype html>\n/)
    expect(page.match(/<svg /g)).toHaveLength(4)
    expect(page).toContain('&lt;script&gt;')
    expect(page).not.toMatch(/<script|<link|<img|https?:\/\/|@import|url\(/)
    expect(io.stderr.text).toBe(`posthorn: the report is in ${report}\n`)
  })
})

describe('trouble', () => {
  it('of records is counted by its code, and the rest goes on', async () => {
    const io = new FakeIo()
    const file = join(folder, 'values.txt')
    writeFileSync(file, `small\n${'x'.repeat(3000)}\n`)
    const config = ['max.request.size=1000']
    expect(await runWith(io, { records: '10', payloadFile: file, config })).toBe(1)
    expect(resultOf(io)).toMatchObject({ records: 10, acknowledged: 5, failed: 5, error: null })
    expect(resultOf(io).errors).toMatchObject([{ code: 'MESSAGE_TOO_LARGE', count: 5 }])
  })

  it('of the topic is told before anything is timed', async () => {
    start({ autoCreateTopics: false })
    const io = new FakeIo()
    expect(await runWith(io, { topic: 'none', records: '10', json: false, config: ['max.block.ms=100'] })).toBe(1)
    expect(io.stdout.text).toBe('')
    expect(io.stderr.text).toMatch(/^posthorn: no metadata of topic none within 100 ms/)
  })

  it('of an interrupt ends the load early, with what is in flight acknowledged', async () => {
    const io = new FakeIo()
    const run = begin(io, { rate: '1000', duration: '60' })
    await clock.advance(2000)
    io.signals.emit('SIGINT')
    expect(await clock.runUntil(run)).toBe(130)
    const { records, acknowledged, interrupted, seconds } = resultOf(io)
    expect(acknowledged).toBe(records)
    expect(cluster.records('t')).toHaveLength(records)
    expect({ interrupted, early: seconds < 5 }).toEqual({ interrupted: true, early: true })
  })

  it('of a second interrupt gives up what is in flight', async () => {
    cluster.intercept('Produce', { drop: true })
    const io = new FakeIo()
    const run = begin(io, { rate: '1000', duration: '60' })
    await clock.advance(1000)
    io.signals.emit('SIGINT')
    await clock.advance(100)
    io.signals.emit('SIGINT')
    expect(await clock.runUntil(run, { limitMs: 5000 })).toBe(130)
    expect(resultOf(io).acknowledged).toBe(0)
    expect(resultOf(io).failed).toBe(resultOf(io).records)
  })
})

describe('flags', () => {
  const flags = { bootstrapServers: 'localhost:9092', topic: 't' }

  it('mean ten seconds of 100 bytes, unless they say more', () => {
    const job = perfJob(flags)
    expect(job).toMatchObject({ records: Infinity, durationMs: 10_000, rate: Infinity, transactionRecords: null })
    expect(job.values[0]).toHaveLength(100)
    expect(perfJob({ ...flags, records: '5' })).toMatchObject({ records: 5, durationMs: Infinity })
    expect(perfJob({ ...flags, transactionalId: 'x' }).transactionRecords).toBe(1000)
  })

  it('set the producer, and give way to nothing that contradicts them', () => {
    const { options } = perfJob({ ...flags, lingerMs: '50', batchSize: '65536', acks: '1', compression: 'gzip' })
    expect(options).toMatchObject({ lingerMs: 50, batchSize: 65_536, acks: 1, compression: 'gzip' })
    expect(() => perfJob({ ...flags, lingerMs: '50', config: ['linger.ms=5'] })).toThrow('lingerMs is given twice')
  })

  it('and a properties file tell where the cluster is, and the transactional id', () => {
    const properties = join(folder, 'client.properties')
    writeFileSync(properties, 'bootstrap.servers=kafka:9092\ntransactional.id=perf-7\nlinger.ms=20\n')
    const { options, transactionRecords } = perfJob({ topic: 't', properties, transactionRecords: '50' })
    expect(options).toMatchObject({ transactionalId: 'perf-7', lingerMs: 20 })
    expect(transactionRecords).toBe(50)
  })

  it.each([
    [{ records: 'many' }, '--records: expected a number from 1, received "many"'],
    [{ rate: '0' }, '--rate: expected a number from 0.001, received "0"'],
    [{ transactionRecords: '5' }, '--transaction-records needs --transactional-id'],
    [{ payloadFile: 'x', recordSize: '5' }, '--record-size is of made values'],
    [{ payloadFile: '/nowhere/at/all' }, '--payload-file /nowhere/at/all: ENOENT'],
  ])('that make no sense are refused: %j', (more, message) => {
    expect(() => perfJob({ ...flags, ...more })).toThrow(message)
  })
})
