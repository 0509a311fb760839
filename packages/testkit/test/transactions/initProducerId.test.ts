import { expect, it } from 'vitest'
import { transactions } from '../support/transactionSetup.ts'
import type { Identity } from '../support/transactions.ts'

it('begins a transactional id at epoch 0 and fences its last owner with each further request', async () => {
  const { producer } = await transactions()
  const first = await producer.init()
  expect(first).toMatchObject({ error: 'NONE', producerEpoch: 0 })
  expect(await producer.init()).toEqual({ ...first, producerEpoch: 1 })
  expect(await producer.send(first, 0)).toBe('INVALID_PRODUCER_EPOCH')
  expect(await producer.add(first, [['t', 0]])).toEqual(['PRODUCER_FENCED'])
  expect((await producer.commit(first)).error).toBe('PRODUCER_FENCED')
})

it.each([0, 2] as const)(
  'aborts an open transaction first, with transaction.version %i',
  async (transactionVersion) => {
    const { producer, committed, markers, cluster } = await transactions({ transactionVersion })
    const first = await producer.init()
    await producer.send(first, 0)
    expect(await producer.init()).toMatchObject({
      error: 'CONCURRENT_TRANSACTIONS',
      producerId: -1n,
      producerEpoch: -1,
    })
    expect(cluster.transaction('tx')).toMatchObject({ state: 'CompleteAbort', producerEpoch: 1 })
    expect(markers()).toEqual([['abort', 1]])
    expect(await producer.init()).toEqual({ ...first, producerEpoch: 2 })
    expect(committed()).toEqual([])
  },
)

it('says CONCURRENT_TRANSACTIONS until the markers are written', async () => {
  const { producer, clock } = await transactions({ transactionMarkerMs: 1000 })
  const first = await producer.init()
  await producer.send(first, 0)
  const busy = [await producer.init(), await producer.init(), await producer.init(first)]
  expect(busy.map(({ error }) => error)).toEqual(new Array<string>(3).fill('CONCURRENT_TRANSACTIONS'))
  await clock.advance(1000)
  expect(await producer.init()).toMatchObject({ error: 'NONE', producerEpoch: 2 })
})

it('raises the epoch for its owner, answers a repeated request the same, and fences all others (KIP-360)', async () => {
  const { producer } = await transactions()
  const first = await producer.init()
  const raised = { ...first, producerEpoch: 1 }
  expect([await producer.init(first), await producer.init(first)]).toEqual([raised, raised])
  const errors = async (expected: Identity, version?: number): Promise<string> =>
    (await producer.init(expected, version === undefined ? {} : { version })).error
  expect(await errors({ ...first, producerEpoch: 7 })).toBe('PRODUCER_FENCED')
  expect(await errors({ ...first, producerEpoch: 7 }, 3)).toBe('INVALID_PRODUCER_EPOCH')
  expect(await errors({ ...first, producerId: 99n })).toBe('PRODUCER_FENCED')
  expect(await errors({ ...first, producerEpoch: -1 })).toBe('INVALID_REQUEST')
  await producer.init()
  expect(await errors(first)).toBe('PRODUCER_FENCED')
})

it('gives another producer id after epoch 32766, to a repeated request too', async () => {
  const { producer } = await transactions()
  let it = await producer.init()
  while (it.producerEpoch < 32766) it = await producer.init(it)
  const next = await producer.init(it)
  expect(next).toMatchObject({ error: 'NONE', producerEpoch: 0 })
  expect(next.producerId).not.toBe(it.producerId)
  expect(await producer.init(it)).toEqual(next)
  expect((await producer.init({ ...it, producerEpoch: 5 })).error).toBe('PRODUCER_FENCED')
}, 120_000)

it('refuses timeouts that are not positive or above the maximum', async () => {
  const { producer } = await transactions({ transactionMaxTimeoutMs: 1000 })
  expect((await producer.init(undefined, { timeoutMs: 1000 })).error).toBe('NONE')
  for (const timeoutMs of [0, -1, 1001]) {
    expect((await producer.init(undefined, { timeoutMs })).error).toBe('INVALID_TRANSACTION_TIMEOUT')
  }
})
