import { describe, expect, it } from 'vitest'
import { reasonOf } from '../support/outcome.ts'
import { stage } from '../support/stage.ts'
import { text } from '../support/text.ts'

describe('headers', () => {
  it('REC-04 keep their order and repeated keys, and take strings, bytes and null', async () => {
    const s = stage()
    const headers = [
      { key: 'b', value: 'text' },
      { key: 'a', value: new Uint8Array([0, 255]) },
      { key: 'b', value: null },
      { key: '', value: '' },
    ]
    await s.until(s.send('v', 0, { headers }).promise)
    const read = s.cluster.records('orders', 0)[0]?.headers.map(({ key, value }) => [key, value && [...value]])
    expect(read).toEqual([
      ['b', [...Buffer.from('text')]],
      ['a', [0, 255]],
      ['b', null],
      ['', []],
    ])
    await s.end()
  })

  it('may be an object', async () => {
    const s = stage()
    await s.until(s.send('v', 0, { headers: { trace: 'abc', none: null } }).promise)
    expect(s.cluster.records('orders', 0)[0]?.headers.map(({ key, value }) => [key, text(value)])).toEqual([
      ['trace', 'abc'],
      ['none', '∅'],
    ])
    await s.end()
  })

  it('of another shape are refused with what was expected and received', async () => {
    const s = stage()
    for (const [headers, message] of [
      ['text', 'headers: expected an object or a list of {key, value}, received string'],
      [[{ key: 5, value: 'v' }], 'headers: expected a string as key, received number'],
      [[{ key: 'k', value: 5 }], 'headers: expected a string, bytes or null for "k", received number'],
      [[null], 'headers: expected {key, value}, received object'],
    ] as const) {
      expect(await reasonOf(s.it.send({ topic: 'orders', value: 'v', headers: headers as never }))).toMatchObject({
        code: 'INVALID_ARGUMENT',
        message,
      })
    }
    await s.end()
  })
})

describe('timestamps', () => {
  it('REC-08 are the time of the send unless the record has one, as number, bigint or Date', async () => {
    const s = stage()
    const sends = [
      s.send('none'),
      s.send('number', 0, { timestamp: 123_456 }),
      s.send('bigint', 0, { timestamp: 5n }),
      s.send('date', 0, { timestamp: new Date(77) }),
      s.send('zero', 0, { timestamp: 0 }),
    ]
    const sentAt = BigInt(s.clock.epochMs())
    const results = await s.until(Promise.all(sends.map(({ promise }) => promise)))
    expect(s.cluster.records('orders', 0).map(({ timestamp }) => timestamp)).toEqual([sentAt, 123_456n, 5n, 77n, 0n])
    expect(results.map(({ timestamp }) => timestamp)).toEqual([sentAt, 123_456n, 5n, 77n, 0n])
    await s.end()
  })

  it('BAT-05 are the broker’s in the result when the topic keeps log append time', async () => {
    const s = stage({}, { topics: { orders: { partitions: 1, messageTimestampType: 'LogAppendTime' } } })
    const { timestamp } = await s.until(s.send('a', 0, { timestamp: 5 }).promise)
    expect(timestamp).toBeGreaterThan(1_000_000n)
    await s.end()
  })

  it('PRD-09 REC-08 of no time at all are refused', async () => {
    const s = stage()
    for (const timestamp of [-1, 1.5, Number.NaN, 2 ** 60, '5', new Date(Number.NaN), [5]]) {
      const error = await reasonOf(s.it.send({ topic: 'orders', value: 'v', timestamp: timestamp as never }))
      expect(error).toMatchObject({ code: 'INVALID_TIMESTAMP', topic: 'orders' })
      expect(error.message).toMatch(/^timestamp for topic orders: expected ms since 1970, 0 or more, received /)
    }
    await s.end()
  })
})

describe('the result', () => {
  it('BAT-05 has topic, partition, offset and the sizes of key and value, -1 for null', async () => {
    const s = stage()
    const results = await s.until(
      Promise.all([
        s.send('valueé', 3, { key: 'key' }).promise,
        s.send(null, 3).promise,
        s.send('', 3, { key: '' }).promise,
      ]),
    )
    expect(results.map((each) => JSON.parse(JSON.stringify(each)) as unknown)).toMatchObject([
      { topic: 'orders', partition: 3, offset: '0', serializedKeySize: 3, serializedValueSize: 7 },
      { offset: '1', serializedKeySize: -1, serializedValueSize: -1 },
      { offset: '2', serializedKeySize: 0, serializedValueSize: 0 },
    ])
    await s.end()
  })
})
