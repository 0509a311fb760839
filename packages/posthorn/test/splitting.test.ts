import { createCluster, seededRandom, VirtualClock } from '@posthorn/testkit'
import { createProducer } from 'posthorn'
import type { ProducerOptions } from 'posthorn'
import { describe, expect, test } from 'vitest'

const RECORDS = 60

interface Split {
  readonly values: readonly string[]
  readonly offsets: readonly bigint[]
  readonly pieces: readonly number[]
  readonly codes: readonly string[]
}

/** Sends records of about 50 bytes in batches of about 3000 to a broker that takes at most `maxMessageBytes`. */
async function produceTo(maxMessageBytes: number, options: Partial<ProducerOptions>, lastValue = 'x'): Promise<Split> {
  const clock = new VirtualClock()
  const random = seededRandom(7)
  const cluster = createCluster({ topics: { orders: { partitions: 1, maxMessageBytes } }, clock, random })
  const pieces: number[] = []
  const producer = createProducer({
    bootstrapServers: cluster.bootstrapServers,
    transport: cluster.transport(),
    batchSize: 3000,
    clock,
    random,
    hooks: [() => ({ name: 'pieces', onSplit: (event) => pieces.push(event.pieces) })],
    ...options,
  })
  const values = Array.from({ length: RECORDS }, (_, i) => (i === RECORDS - 1 ? lastValue : `${i} ${'v'.repeat(40)}`))
  const sends = values.map((value, i) =>
    producer.send({ topic: 'orders', key: `key-${i}`, value, headers: { n: String(i) } }),
  )
  const outcomes = await clock.runUntil(Promise.allSettled(sends))
  await clock.runUntil(producer.close())
  const stored = cluster.records('orders', 0)
  for (const [i, record] of stored.entries()) {
    expect(new TextDecoder().decode(record.key ?? undefined)).toBe(`key-${i}`)
    expect(record.headers).toHaveLength(1)
  }
  return {
    values: stored.map(({ value }) => new TextDecoder().decode(value ?? undefined)),
    offsets: outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.offset] : [])),
    pieces,
    codes: outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [(outcome.reason as { code: string }).code] : [],
    ),
  }
}

describe('a batch that the broker finds too large', () => {
  const variants: [string, Partial<ProducerOptions>][] = [
    ['idempotent', {}],
    ['not idempotent', { enableIdempotence: false }],
    ['no retries left to spend (RSP-06)', { retries: 0 }],
  ]
  for (const [name, options] of variants) {
    for (const maxMessageBytes of [1600, 400, 150]) {
      test(`SPL-02 SPL-04 SPL-05: is divided until it fits ${maxMessageBytes} bytes, ${name}`, async () => {
        const { values, offsets, pieces, codes } = await produceTo(maxMessageBytes, options)
        expect(codes).toEqual([])
        expect(values).toHaveLength(RECORDS)
        expect(values.map((value) => parseInt(value))).toEqual([...Array(RECORDS - 1).keys(), Number.NaN])
        expect(offsets).toEqual(Array.from({ length: RECORDS }, (_, i) => BigInt(i)))
        expect(pieces.length).toBeGreaterThan(0)
        expect(Math.min(...pieces)).toBeGreaterThan(1)
      })
    }
  }

  test('RSP-07: a single record that is too large fails alone, and the others are stored', async () => {
    const { values, codes } = await produceTo(400, {}, 'z'.repeat(500))
    expect(codes).toEqual(['MESSAGE_TOO_LARGE'])
    expect(values).toHaveLength(RECORDS - 1)
  })

  test('SPL-08: a compressed batch is divided by the size of its records', async () => {
    const { values, codes } = await produceTo(150, { compression: 'gzip' })
    expect(codes).toEqual([])
    expect(values).toHaveLength(RECORDS)
  })
})
