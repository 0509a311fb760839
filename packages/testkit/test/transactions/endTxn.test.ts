import { describe, expect, it } from 'vitest'
import { transactions } from '../support/transactionSetup.ts'

describe('EndTxn from version 5 on (KIP-890)', () => {
  it('raises the epoch, with which sequences begin at 0 again', async () => {
    const { producer, committed, markers } = await transactions()
    const first = await producer.init()
    await producer.send(first, 0, { values: ['a', 'b'] })
    const second = await producer.commit(first)
    expect(second).toEqual({ ...first, producerEpoch: 1 })
    expect([await producer.send(second, 2), await producer.send(second, 0)]).toEqual([
      'OUT_OF_ORDER_SEQUENCE_NUMBER',
      'NONE',
    ])
    expect(await producer.abort(second)).toEqual({ ...first, producerEpoch: 2 })
    expect(committed()).toEqual(['a', 'b'])
    expect(markers()).toEqual([
      ['commit', 1],
      ['abort', 2],
    ])
  })

  it('answers a request that is repeated with the old epoch the same, and refuses the other end', async () => {
    const { producer, markers } = await transactions()
    const first = await producer.init()
    await producer.send(first, 0)
    const second = await producer.commit(first)
    expect(await producer.commit(first)).toEqual(second)
    expect((await producer.abort(first)).error).toBe('INVALID_TXN_STATE')
    expect((await producer.commit(second)).error).toBe('INVALID_TXN_STATE')
    expect((await producer.commit({ ...first, producerEpoch: 5 })).error).toBe('PRODUCER_FENCED')
    expect(markers()).toHaveLength(1)
  })

  it('refuses late batches of the old epoch, which the marker has ended in the log too', async () => {
    const { producer, cluster, committed } = await transactions()
    const first = await producer.init()
    await producer.send(first, 0)
    await producer.commit(first)
    expect([await producer.send(first, 1), await producer.send(first, 0)]).toEqual(
      new Array<string>(2).fill('INVALID_PRODUCER_EPOCH'),
    )
    expect(await producer.send(first, 1, { transactional: false })).toBe('INVALID_PRODUCER_EPOCH')
    expect(committed()).toHaveLength(1)
    expect(cluster.records('t', 0)).toHaveLength(1)
  })

  it('may abort what has not begun, though not commit it', async () => {
    const { producer } = await transactions()
    const first = await producer.init()
    expect((await producer.commit(first)).error).toBe('INVALID_TXN_STATE')
    const second = await producer.abort(first)
    expect(second).toEqual({ ...first, producerEpoch: 1 })
    expect(await producer.abort(first)).toEqual(second)
    expect(await producer.abort(second)).toEqual({ ...first, producerEpoch: 2 })
  })

  it('gives another producer id after epoch 32766', async () => {
    const { producer, markers } = await transactions()
    let it = await producer.init()
    while (it.producerEpoch < 32766) it = await producer.init(it)
    await producer.send(it, 0)
    const next = await producer.commit(it)
    expect(next).toMatchObject({ error: 'NONE', producerEpoch: 0 })
    expect(next.producerId).not.toBe(it.producerId)
    expect(await producer.commit(it)).toEqual(next)
    expect(markers()).toEqual([['commit', 32767]])
    expect(await producer.send(next, 0)).toBe('NONE')
  }, 120_000)

  it('is CONCURRENT_TRANSACTIONS while markers are being written', async () => {
    const { producer, clock } = await transactions({ transactionMarkerMs: 500 })
    const first = await producer.init()
    await producer.send(first, 0)
    const second = await producer.commit(first)
    expect(second.error).toBe('NONE')
    expect((await producer.commit(first)).error).toBe('CONCURRENT_TRANSACTIONS')
    expect((await producer.abort(first)).error).toBe('INVALID_TXN_STATE')
    expect((await producer.abort(second)).error).toBe('PRODUCER_FENCED')
    await clock.advance(500)
    expect(await producer.commit(first)).toEqual(second)
  })
})

describe('EndTxn up to version 4', () => {
  it('keeps epoch and sequences', async () => {
    const { producer, committed, markers } = await transactions()
    const it = await producer.init()
    for (const [sequence, commit] of [
      [0, true],
      [1, false],
      [2, true],
    ] as const) {
      expect(await producer.add(it, [['t', 0]])).toEqual(['NONE'])
      expect(await producer.send(it, sequence, { version: 11, values: [`v${sequence}`] })).toBe('NONE')
      expect((await producer.end(it, commit, 4)).error).toBe('NONE')
    }
    expect(committed()).toEqual(['v0', 'v2'])
    expect(markers()).toEqual([
      ['commit', 0],
      ['abort', 0],
      ['commit', 0],
    ])
  })

  it('takes what has ended in the same way for done, and refuses the other way', async () => {
    const { producer } = await transactions()
    const it = await producer.init()
    expect((await producer.abort(it, 4)).error).toBe('INVALID_TXN_STATE')
    await producer.add(it, [['t', 0]])
    await producer.commit(it, 4)
    expect((await producer.commit(it, 4)).error).toBe('NONE')
    expect((await producer.abort(it, 4)).error).toBe('INVALID_TXN_STATE')
  })

  it('knows its producers: PRODUCER_FENCED is INVALID_PRODUCER_EPOCH below version 2', async () => {
    const { producer, another } = await transactions()
    const it = await producer.init()
    const other = { ...it, producerEpoch: 3 }
    expect((await producer.commit(other, 4)).error).toBe('PRODUCER_FENCED')
    expect((await producer.commit(other, 1)).error).toBe('INVALID_PRODUCER_EPOCH')
    expect((await producer.commit({ ...it, producerId: 77n }, 4)).error).toBe('INVALID_PRODUCER_ID_MAPPING')
    expect((await another('nobody').commit(it, 4)).error).toBe('INVALID_PRODUCER_ID_MAPPING')
    expect((await another('').commit(it, 4)).error).toBe('INVALID_REQUEST')
  })
})
