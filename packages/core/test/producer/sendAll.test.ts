import type { ProducerRecord } from '@posthorn/contracts'
import type { SendOutcome } from '@posthorn/core'
import { describe, expect, test } from 'vitest'
import { reasonOf, watch } from '../support/outcome.ts'
import { simulate } from '../support/simulation.ts'
import { values } from '../support/text.ts'

type Outcome = SendOutcome
const record = (i: number): ProducerRecord => ({ topic: 'orders', partition: i % 6, value: `${i}` })

/** A source that tells what was done with it. */
function source(count: number) {
  const seen = { pulled: 0, returned: 0 }
  function* records(): Generator<ProducerRecord> {
    try {
      while (seen.pulled < count) yield record(seen.pulled++)
    } finally {
      seen.returned++
    }
  }
  return { seen, records: records() }
}

async function collect(outcomes: AsyncIterable<Outcome>): Promise<Outcome[]> {
  const all: Outcome[] = []
  for await (const outcome of outcomes) all.push(outcome)
  return all
}

describe('sendAll', () => {
  test('gives an outcome for each record, in the order of the source', async () => {
    const { cluster, producer: make, until } = simulate()
    const producer = make()
    const all = await until(collect(producer.sendAll(source(2500).records)))
    expect(all.map(({ index }) => index)).toEqual(Array.from({ length: 2500 }, (_, i) => i))
    expect(all.every(({ error, metadata, index }) => error === null && metadata.partition === index % 6)).toBe(true)
    expect(cluster.records('orders')).toHaveLength(2500)
    await until(producer.close())
  })

  test('takes asynchronous sources, also one that gives a record now and then', async () => {
    const { cluster, clock, producer: make, until } = simulate()
    const producer = make()
    async function* slow(): AsyncGenerator<ProducerRecord> {
      for (let i = 0; i < 5; i++) {
        await new Promise<void>((resolve) => void clock.schedule(1000, resolve))
        yield record(i)
      }
    }
    const all = await until(collect(producer.sendAll(slow())))
    expect(all.map(({ error }) => error)).toEqual([null, null, null, null, null])
    expect(values(cluster.records('orders')).sort()).toEqual(['0', '1', '2', '3', '4'])
    await until(producer.close())
  })

  test('makes a record that fails an outcome like any other, with the record', async () => {
    const { cluster, producer: make, until } = simulate({ autoCreateTopics: false })
    cluster.intercept('Produce', { error: 'TOPIC_AUTHORIZATION_FAILED' }, { topic: 'orders', times: 1 })
    const producer = make({ maxBlockMs: 500, maxRequestSize: 5000 })
    const bad = { topic: 'no such', value: 'x' }
    const large = { topic: 'orders', value: 'l'.repeat(6000) }
    const lost = { topic: 'absent', value: 'x' }
    const records = [record(0), bad, large, lost, null as unknown as ProducerRecord, record(0)]
    const all = await until(collect(producer.sendAll(records)))
    expect(all.map(({ error }) => error?.code)).toEqual([
      'TOPIC_AUTHORIZATION_FAILED',
      'INVALID_TOPIC_EXCEPTION',
      'MESSAGE_TOO_LARGE',
      'METADATA_TIMEOUT',
      'INVALID_ARGUMENT',
      'TOPIC_AUTHORIZATION_FAILED',
    ])
    expect(all[2]).toMatchObject({ index: 2, metadata: null })
    expect(all[2]?.error !== null && all[2]?.record).toBe(large)
    await until(producer.close())
  })

  test('pulls nothing before it is asked, then no more than `maxOutstanding` ahead of the consumer', async () => {
    const { clock, producer: make, until } = simulate()
    const producer = make()
    const { records, seen } = source(1000)
    const outcomes = producer.sendAll(records, { maxOutstanding: 10 })
    await clock.advance(100)
    expect(seen.pulled).toBe(0)
    for (let taken = 1; taken <= 30; taken++) {
      expect(await until(outcomes.next())).toMatchObject({ value: { index: taken - 1, error: null } })
      await clock.advance(100)
      expect(seen.pulled).toBeGreaterThan(taken)
      expect(seen.pulled).toBeLessThanOrEqual(taken + 10)
    }
    await outcomes.return()
    expect(seen.returned).toBe(1)
    await until(producer.close())
  })

  test('waits for room instead of failing, and holds no more than the buffer', async () => {
    const { cluster, producer: make, until } = simulate({ latencyMs: 5 })
    const producer = make({ bufferMemory: 65_536, maxWaitingBytes: 4096, lingerMs: 0 })
    let pulled = 0
    function* large(): Generator<ProducerRecord> {
      while (pulled < 200) yield { topic: 'orders', value: 'x'.repeat(8000), partition: pulled++ % 6 }
    }
    let most = 0
    let read = 0
    for await (const { error } of { [Symbol.asyncIterator]: () => within(producer.sendAll(large())) }) {
      expect(error).toBe(null)
      most = Math.max(most, pulled - ++read)
    }
    expect(read).toBe(200)
    // Four batches of two records, one on its way from the source, and what had settled but was not read.
    expect(most).toBeLessThan(30)
    expect(cluster.records('orders')).toHaveLength(200)
    await until(producer.close())

    function within<T>(outcomes: AsyncIterator<T>): AsyncIterator<T> {
      return { next: () => until(outcomes.next()) }
    }
  })

  test('throws what the source throws, after the outcomes of all that was taken', async () => {
    const { producer: make, until } = simulate()
    const producer = make()
    const broken = new Error('disk')
    function* failing(): Generator<ProducerRecord> {
      yield record(0)
      yield record(1)
      throw broken
    }
    async function* rejecting(): AsyncGenerator<ProducerRecord> {
      yield record(0)
      await Promise.reject(broken)
    }
    for (const [records, count] of [
      [failing(), 2],
      [rejecting(), 1],
    ] as const) {
      const outcomes = producer.sendAll(records)
      for (let i = 0; i < count; i++) expect(await until(outcomes.next())).toMatchObject({ value: { error: null } })
      expect(await until(reasonOf(outcomes.next()))).toBe(broken)
      expect(await outcomes.next()).toEqual({ done: true, value: undefined })
    }
    await until(producer.close())
  })

  test('ends with the error of a producer that takes no more, and lets go of the source', async () => {
    const { producer: make, until } = simulate()
    const producer = make()
    const { records, seen } = source(1_000_000)
    const outcomes = producer.sendAll(records, { maxOutstanding: 100 })
    expect(await until(outcomes.next())).toMatchObject({ value: { error: null } })
    await until(producer.close())
    const rest = watch(collect(outcomes))
    await until(rest.promise.catch(() => {}))
    expect(rest.error).toMatchObject({ code: 'PRODUCER_CLOSED' })
    expect(seen).toEqual({ pulled: 100, returned: 1 })
  })

  test('of a consumer that stops lets go of the source; what was taken goes its way', async () => {
    const { cluster, clock, producer: make, until } = simulate()
    const producer = make()
    const { records, seen } = source(1_000_000)
    const firstOnly = async (): Promise<void> => {
      for await (const { index } of producer.sendAll(records, { maxOutstanding: 50 })) if (index === 0) break
    }
    await until(firstOnly())
    expect(seen).toEqual({ pulled: 50, returned: 1 })
    await clock.advance(1000)
    expect(cluster.records('orders')).toHaveLength(50)
    await until(producer.close())
  })

  test('stops although the source owes an answer that never comes', async () => {
    const { producer: make, until } = simulate()
    const producer = make()
    let returned = 0
    const silent: AsyncIterable<ProducerRecord> = {
      [Symbol.asyncIterator]: () => {
        let asked = 0
        return {
          next: () => (asked++ === 0 ? Promise.resolve({ value: record(0) }) : new Promise(() => {})),
          return: () => {
            returned++
            return Promise.reject(new Error('nobody hears this'))
          },
        }
      },
    }
    const outcomes = producer.sendAll(silent)
    await until(outcomes.next())
    await outcomes.return()
    expect(returned).toBe(1)
    const controller = new AbortController()
    const aborted = producer.sendAll(silent, { signal: controller.signal })
    await until(aborted.next())
    const last = aborted.next()
    controller.abort('enough')
    expect(await reasonOf(last)).toBe('enough')
    expect(returned).toBe(2)
    await until(producer.close())
  })

  test('aborted pulls no more; each record that was pulled has its outcome, then the reason is thrown', async () => {
    const { cluster, clock, producer: make, until } = simulate()
    const producer = make({ bufferMemory: 16_384 })
    await until(producer.send(record(0)))
    cluster.intercept('Produce', { delayAfterMs: 5000 }, { times: 1 })
    const controller = new AbortController()
    const { records, seen } = source(1000)
    const outcomes = producer.sendAll(records, { signal: controller.signal })
    const first = outcomes.next()
    await clock.advance(100)
    expect(seen.pulled).toBe(2)
    const reason = new Error('enough')
    controller.abort(reason)
    expect(await until(first)).toMatchObject({ value: { index: 0, error: null } })
    const second = await until(outcomes.next())
    expect(second).toMatchObject({ value: { index: 1, error: { code: 'SEND_ABORTED', maybePersisted: false } } })
    expect(await until(reasonOf(outcomes.next()))).toBe(reason)
    expect(seen).toEqual({ pulled: 2, returned: 1 })
    await until(producer.close())
    expect(cluster.records('orders')).toHaveLength(2)
    const late = producer.sendAll(records, { signal: controller.signal })
    expect(await reasonOf(late.next())).toBe(reason)
  })

  test('flushes at the end, however long records may linger', async () => {
    const { clock, producer: make, until } = simulate()
    const producer = make({ lingerMs: 60_000 })
    await until(collect(producer.sendAll([record(0), record(1)])))
    expect(clock.now()).toBeLessThan(1000)
    expect(await until(collect(producer.sendAll([])))).toEqual([])
    await until(producer.close())
  })

  test('refuses at once what it cannot iterate, and a window of nothing', () => {
    const producer = simulate().producer()
    for (const records of [undefined, null, 'abc', 5, { topic: 'orders', value: 'x' }]) {
      expect(() => producer.sendAll(records as never)).toThrow('expected an iterable')
    }
    expect(() => producer.sendAll([], { maxOutstanding: 0 })).toThrow('maxOutstanding')
  })
})
