import type { ProducerRecord } from '@posthorn/contracts'
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest'
import { Appending } from '../../src/producer/appending.ts'
import { type Stage, stage } from '../support/stage.ts'

/** The property test holds the short way to the long one; this one tells that there are two. */
describe('the way of a record', () => {
  let longWay: MockInstance<Appending['append']>
  beforeEach(() => {
    longWay = vi.spyOn(Appending.prototype, 'append')
  })
  afterEach(() => longWay.mockRestore())

  async function waysOf(s: Stage, record: Omit<ProducerRecord, 'topic'>): Promise<number> {
    await s.until(s.it.partitionsFor('orders'))
    const sent = s.it.send({ topic: 'orders', ...record })
    expect(s.it.trySend({ topic: 'orders', ...record }, () => {})).toBe(true)
    expect(s.it.trySend({ topic: 'orders', ...record })).toBe(true)
    const long = longWay.mock.calls.length
    await s.until(sent)
    await s.end()
    return long
  }

  it.each([
    ['bytes', { key: new Uint8Array([1]), value: new Uint8Array(100) }],
    ['strings', { key: 'a', value: 'b' }],
    ['no value', { partition: 2, value: null }],
    ['a timestamp', { timestamp: 5, value: 'b' }],
  ])('is the short one for %s', async (_, record) => {
    expect(await waysOf(stage(), record)).toBe(0)
  })

  it('is the short one with an interceptor that does not watch the record', async () => {
    const interceptor = () => ({ name: 'few', watches: () => false, onAcknowledgement: () => {} })
    expect(await waysOf(stage({ interceptors: [interceptor] }), { value: 'b' })).toBe(0)
  })

  it.each([
    ['with headers', {}, { value: 'b', headers: { a: 'b' } }],
    ['too large for an ordinary batch', {}, { value: new Uint8Array(20_000) }],
    ['with a serializer', { valueSerializer: () => ({ name: 'same', serialize: () => 'b' }) }, { value: 'b' }],
    [
      'watched by an interceptor',
      { interceptors: [() => ({ name: 'all', onAcknowledgement: () => {} })] },
      { value: 'b' },
    ],
  ])('is the long one %s', async (_, options, record) => {
    expect(await waysOf(stage(options), record)).toBe(3)
  })
})

describe('the short way minds what the long one does', () => {
  it('a record lines up behind those of its topic that wait', async () => {
    const s = stage({ maxBlockMs: 1000 })
    await s.until(s.it.partitionsFor('orders'))
    const first = s.send('a', 99)
    s.send('b', 0)
    await s.advance(900)
    expect(s.stored()).toEqual([])
    await s.advance(200)
    expect([first.state, s.stored()]).toEqual(['rejected', ['b']])
    await s.end()
  })

  it('takes no memory from under a send that waits for more of it', async () => {
    const s = stage({ bufferMemory: 3000, batchSize: 1000, lingerMs: 1000 }, { topics: { orders: 6, bills: 1 } })
    await s.until(s.it.partitionsFor('orders'))
    await s.until(s.it.partitionsFor('bills'))
    s.send('a', 0)
    s.send('b', 1)
    s.send('x'.repeat(1500), 2)
    expect(s.it.trySend({ topic: 'bills', value: 'c' })).toBe(false)
    await s.end()
  })

  it('sends nothing to a partition that the topic does not have any more', async () => {
    const s = stage({ maxBlockMs: 1000 })
    await s.until(s.it.partitionsFor('orders'))
    s.cluster.deleteTopic('orders')
    s.cluster.createTopic('orders', { partitions: 2 })
    await s.advance(400_000)
    await s.until(s.send('a', 0).promise.catch(() => {}))
    expect(await s.until(s.it.partitionsFor('orders'))).toHaveLength(2)
    const late = s.send('b', 5)
    await s.advance(2000)
    expect(late.error?.code).toBe('METADATA_TIMEOUT')
    await s.end()
  })

  it('sends nothing to a topic that metadata refuses by now', async () => {
    const s = stage()
    await s.until(s.it.partitionsFor('orders'))
    await s.until(s.it.send({ topic: 'orders', value: 'early' }))
    s.cluster.intercept('Metadata', { error: 'TOPIC_AUTHORIZATION_FAILED' })
    await s.advance(290_000)
    // Whoever sends keeps a topic in use; its metadata is refreshed at 300,000 ms.
    await s.until(s.it.send({ topic: 'orders', value: 'still' }))
    await s.advance(20_000)
    await expect(s.until(s.it.send({ topic: 'orders', value: 'late' }))).rejects.toMatchObject({
      code: 'TOPIC_AUTHORIZATION_FAILED',
    })
    await s.end()
  })

  it.each([
    ['a partition as text', { partition: '1' }, /^partition .*"1"/],
    ['half a partition', { partition: 0.5 }, /^partition .*0\.5/],
    ['half a millisecond', { timestamp: 1.5 }, /^timestamp .*1\.5/],
    ['no number', { timestamp: Number.NaN }, /^timestamp .*NaN/],
    ['a time beyond all', { timestamp: Number.POSITIVE_INFINITY }, /^timestamp .*Infinity/],
  ])('refuses %s, with what was received', async (_, wrong, message) => {
    const s = stage()
    await s.until(s.it.partitionsFor('orders'))
    const record = { topic: 'orders', value: 'v', ...wrong } as unknown as ProducerRecord
    await expect(s.it.send(record)).rejects.toThrow(message)
    expect(() => s.it.trySend(record)).toThrow(message)
    await s.end()
    expect([0, 1, 2].flatMap((partition) => s.stored(partition))).toEqual([])
  })

  it('asks the partitioner once, although it sends records itself and takes the room', async () => {
    let asked = 0
    const s: Stage = stage({
      maxBufferedRecords: 1,
      partitioner: () => ({
        name: 'sends',
        forTopic: () => ({
          partition: () => {
            asked++
            expect(s.it.trySend({ topic: 'orders', partition: 1, value: 'nested' })).toBe(true)
            return 0
          },
        }),
      }),
    })
    await s.until(s.it.partitionsFor('orders'))
    await s.until(s.it.send({ topic: 'orders', value: 'outer' }))
    expect([asked, s.stored(0), s.stored(1)]).toEqual([1, ['outer'], ['nested']])
    await s.end()
  })

  it.each([
    [true, 'k', 1],
    [false, 'k', 0],
    [false, null, 1],
  ])(
    'tells the partitioner of records that it placed without their key: ignoresKeys %s, key %s',
    async (ignoresKeys, key, told) => {
      const onAppend = vi.fn()
      const s = stage({
        partitioner: () => ({ name: 'told', forTopic: () => ({ ignoresKeys, partition: () => 0, onAppend }) }),
      })
      await s.until(s.it.partitionsFor('orders'))
      await s.until(s.it.send({ topic: 'orders', key, value: 'v' }))
      expect(onAppend).toHaveBeenCalledTimes(told)
      await s.end()
    },
  )
})
