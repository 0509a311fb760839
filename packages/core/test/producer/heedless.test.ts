import { describe, expect, it } from 'vitest'
import type { KafkaError } from '@posthorn/contracts'
import { reasonOf, watch } from '../support/outcome.ts'
import { stage } from '../support/stage.ts'

const value = 'x'.repeat(100)
const limits = { batchSize: 4096, bufferMemory: 65_536, maxWaitingBytes: 61_200 }
const times = { requestTimeoutMs: 2000, deliveryTimeoutMs: 5000, maxBlockMs: 3000, lingerMs: 0 }

/** Sends without ever waiting for anything; what became of the records so far, by code. */
function flood(s: ReturnType<typeof stage>, records: number) {
  const outcomes: Record<string, number> = {}
  const errors = new Set<KafkaError>()
  const onFailed = (error: KafkaError): void => {
    const kind = error.message.startsWith('no room') ? 'refused' : error.code
    outcomes[kind] = (outcomes[kind] ?? 0) + 1
    errors.add(error)
  }
  for (let i = 0; i < records; i++) s.it.send({ topic: 'orders', partition: 0, value }).catch(onFailed)
  return { outcomes, errors }
}

describe('an application that never awaits, and a cluster that never answers', () => {
  it('BUF-05 what neither fits nor may wait is refused at once, and the rest has its outcome in time', async () => {
    const s = stage({ ...limits, ...times }, { brokers: 1 })
    await s.until(s.send('warm').promise)
    s.cluster.pauseBroker(0)
    const { outcomes, errors } = flood(s, 5000)
    await s.advance(0)
    // 61,200 bytes for sends that wait: each takes its 100 bytes and 512 more. 16 batches hold 37 records each.
    expect(outcomes).toEqual({ refused: 5000 - 100 - 16 * 37 })
    await s.advance(times.maxBlockMs + times.deliveryTimeoutMs)
    expect(outcomes).toEqual({ refused: 5000 - 100 - 16 * 37, BUFFER_EXHAUSTED: 100, DELIVERY_TIMEOUT: 16 * 37 })
    // One error for those that were refused in a turn, for each batch, and for those whose wait ended together.
    expect(errors.size).toBe(1 + 16 + 1)
    s.cluster.resumeBroker(0)
    await s.end()
  })

  it('maxBufferedRecords: small records are bounded by their number, long before they fill bufferMemory', async () => {
    const s = stage({ ...times, maxBufferedRecords: 250, maxWaitingBytes: 61_200 }, { brokers: 1 })
    await s.until(s.send('warm').promise)
    s.cluster.pauseBroker(0)
    const { outcomes } = flood(s, 1000)
    await s.advance(0)
    expect(outcomes).toEqual({ refused: 1000 - 100 - 250 })
    const ready = watch(s.it.ready())
    expect(s.it.trySend({ topic: 'orders', partition: 1, value })).toBe(false)
    await s.advance(1000)
    expect(ready.state).toBe('pending')
    s.cluster.resumeBroker(0)
    await s.advance(1000)
    expect([outcomes, ready.state]).toEqual([{ refused: 650 }, 'resolved'])
    expect(s.stored(0)).toHaveLength(351)
    await s.end()
  })

  it('maxBufferedRecords: what is divided counts once, and everything that ends gives its place back', async () => {
    const s = stage(
      { lingerMs: 20, maxBufferedRecords: 8 },
      { topics: { orders: { partitions: 6, maxMessageBytes: 400 } } },
    )
    for (let round = 0; round < 3; round++) {
      const sends = Array.from({ length: 8 }, (_, i) => s.send(`${i}`.repeat(100)))
      // In the first round everything waits for metadata, and nothing is in a batch yet.
      if (round > 0) expect(s.it.trySend({ topic: 'orders', partition: 1, value })).toBe(false)
      await s.advance(2000)
      expect(new Set(sends.map(({ state }) => state))).toEqual(new Set(['resolved']))
    }
    await s.end()
  })

  it('PRD-01 the same where not even metadata comes', async () => {
    const s = stage({ ...limits, ...times }, { brokers: 1 })
    s.cluster.pauseBroker(0)
    const { outcomes, errors } = flood(s, 1000)
    await s.advance(0)
    expect(outcomes).toEqual({ refused: 900 })
    await s.advance(times.maxBlockMs)
    expect(outcomes).toEqual({ refused: 900, METADATA_TIMEOUT: 100 })
    expect(errors.size).toBe(2)
    await s.end({ timeoutMs: 0 })
  })

  it('a refusal is an error with code and topic, costs no stack trace, and is shared within a turn alone', async () => {
    const s = stage({ maxWaitingBytes: 0 })
    const limit = Error.stackTraceLimit
    const refuse = (topic: string) => reasonOf(s.it.send({ topic, value }))
    const [one, other, elsewhere] = await Promise.all(['orders', 'orders', 'payments'].map(refuse))
    expect(one).toMatchObject({ name: 'BufferExhaustedError', code: 'BUFFER_EXHAUSTED', topic: 'orders' })
    expect(other).toBe(one)
    expect(elsewhere).toMatchObject({ code: 'BUFFER_EXHAUSTED', topic: 'payments' })
    expect(await refuse('orders')).not.toBe(one)
    expect(one?.stack).not.toContain('\n    at ')
    expect(Error.stackTraceLimit).toBe(limit)
    await s.end()
  })

  it('a refusal says what there was when it came, also where that changes within a turn', async () => {
    const s = stage({ maxWaitingBytes: 1200 })
    const larger = { topic: 'orders', value: 'x'.repeat(1300) }
    const first = reasonOf(s.it.send(larger))
    const taken = s.send('x')
    const second = reasonOf(s.it.send(larger))
    expect((await first).message).toContain('no room for the record: 0 sends wait already')
    expect((await second).message).toContain('no room for the record: 1 sends wait already')
    await s.until(taken.promise)
    const third = reasonOf(s.it.send({ ...larger, topic: 'payments' }))
    expect((await third).message).toContain('no room for the record: 0 sends wait already')
    await s.end()
  })
})

it('PRD-10 promises, callbacks and sends with a limit of their own share a batch, and each hears of its record', async () => {
  const s = stage({ lingerMs: 10 })
  const heard: string[] = []
  const hear = (name: string) => (metadata: { offset: bigint }) => void heard.push(`${name} ${metadata.offset}`)
  const record = { topic: 'orders', partition: 0, value }
  // The first lines wait for metadata, the others are taken at once.
  for (let round = 0; round < 2; round++) {
    const at = round * 4
    void s.it.send(record).then(hear(`send ${at}`))
    s.it.trySend(record, (_error, metadata) => hear(`trySend ${at + 1}`)(metadata))
    void s.it.send(record, { timeoutMs: 1000 }).then(hear(`bound ${at + 2}`))
    s.it.trySend(record)
    await s.advance(5)
  }
  await s.it.flush()
  expect(heard.toSorted()).toEqual(['bound 2 2', 'bound 6 6', 'send 0 0', 'send 4 4', 'trySend 1 1', 'trySend 5 5'])
  await s.end()
})
