import { ErrorCode } from '@posthorn/protocol'
import { expect, it } from 'vitest'
import { batch } from '../support/batch.ts'
import { type Setup, setup } from '../support/setup.ts'

interface Stamped {
  readonly sequence: number
  readonly epoch?: number
  readonly producerId?: bigint
  readonly values?: readonly string[]
}

function stamped({ sequence, epoch = 0, producerId = 7n, values = [`s${sequence}`] }: Stamped): Uint8Array {
  return batch(values, { producerId, producerEpoch: epoch, baseSequence: sequence })
}

async function sendAll({ send }: Setup, batches: readonly Stamped[]): Promise<number[]> {
  const codes: number[] = []
  for (const one of batches) codes.push((await send(stamped(one))).errorCode)
  return codes
}

const { NONE, OUT_OF_ORDER_SEQUENCE_NUMBER, INVALID_PRODUCER_EPOCH } = ErrorCode

it('counts sequences by records (IDM-07)', async () => {
  const it = await setup()
  expect(await sendAll(it, [{ sequence: 0, values: ['a', 'b', 'c'] }, { sequence: 3 }])).toEqual([NONE, NONE])
  expect(it.cluster.records('t').map((record) => record.sequence)).toEqual([0, 1, 2, 3])
})

it('answers a repeated batch with its first offset and stores it once (IDM-09)', async () => {
  const it = await setup()
  await sendAll(it, [{ sequence: 0, values: ['a', 'b'] }, { sequence: 2 }])
  const again = await it.send(stamped({ sequence: 0, values: ['a', 'b'] }))
  expect(again).toMatchObject({ errorCode: NONE, baseOffset: 0n })
  expect(it.stored()).toEqual(['a', 'b', 's2'])
})

it('remembers five batches per producer, and takes older ones for out of order (IDM-10)', async () => {
  const it = await setup()
  await sendAll(
    it,
    [0, 1, 2, 3, 4, 5].map((sequence) => ({ sequence })),
  )
  expect((await it.send(stamped({ sequence: 1 }))).baseOffset).toBe(1n)
  expect((await it.send(stamped({ sequence: 0 }))).errorCode).toBe(OUT_OF_ORDER_SEQUENCE_NUMBER)
  expect(it.stored()).toHaveLength(6)
})

it('refuses a gap and a batch that only overlaps with an earlier one (IDM-11)', async () => {
  const it = await setup()
  const codes = await sendAll(it, [
    { sequence: 0, values: ['a', 'b'] },
    { sequence: 3 },
    { sequence: 1 },
    { sequence: 0 },
  ])
  expect(codes).toEqual([NONE, ...new Array<number>(3).fill(OUT_OF_ORDER_SEQUENCE_NUMBER)])
  expect(it.stored()).toEqual(['a', 'b'])
})

it('takes any first sequence of a producer that it does not know', async () => {
  const it = await setup()
  expect(await sendAll(it, [{ sequence: 41 }, { sequence: 42 }, { sequence: 44 }])).toEqual([
    NONE,
    NONE,
    OUT_OF_ORDER_SEQUENCE_NUMBER,
  ])
})

it('takes any sequence again once it has forgotten the producer (IDM-17)', async () => {
  const it = await setup()
  await sendAll(it, [{ sequence: 0 }])
  it.cluster.forgetProducer('t', 0, 7n)
  expect(await sendAll(it, [{ sequence: 10 }])).toEqual([NONE])
})

it('wants a new epoch to begin at 0 and refuses the old one from then on (IDM-29)', async () => {
  const it = await setup()
  const codes = await sendAll(it, [
    { sequence: 0 },
    { sequence: 1, epoch: 1 },
    { sequence: 0, epoch: 1 },
    { sequence: 1, epoch: 0 },
    { sequence: 0, epoch: 0 },
    { sequence: 1, epoch: 1 },
  ])
  expect(codes).toEqual([
    NONE,
    OUT_OF_ORDER_SEQUENCE_NUMBER,
    NONE,
    INVALID_PRODUCER_EPOCH,
    INVALID_PRODUCER_EPOCH,
    NONE,
  ])
})

it('goes on at 0 after 2147483647, within a batch too (IDM-08)', async () => {
  const it = await setup()
  const codes = await sendAll(it, [
    { sequence: 2147483646, values: ['a', 'b', 'c'] },
    { sequence: 1, values: ['d'] },
    { sequence: 2147483646, values: ['a', 'b', 'c'] },
  ])
  expect(codes).toEqual([NONE, NONE, NONE])
  expect(it.cluster.records('t').map((record) => record.sequence)).toEqual([2147483646, 2147483647, 0, 1])
  expect(
    await sendAll(it, [
      { sequence: 0, producerId: 8n },
      { sequence: 2147483647, producerId: 9n },
    ]),
  ).toEqual([NONE, NONE])
  expect(await sendAll(it, [{ sequence: 0, producerId: 9n }])).toEqual([NONE])
})

it('keeps producers and partitions apart', async () => {
  const it = await setup()
  const codes = await sendAll(it, [{ sequence: 0 }, { sequence: 0, producerId: 8n }, { sequence: 1 }])
  expect(codes).toEqual([NONE, NONE, NONE])
})

it('keeps its state when another broker leads, unless that one has not seen the end', async () => {
  const it = await setup()
  await sendAll(it, [{ sequence: 0 }, { sequence: 1 }])
  it.cluster.moveLeader('t', 0, 1)
  const other = await it.connect(1)
  expect(await it.send(stamped({ sequence: 1 }), other)).toMatchObject({ errorCode: NONE, baseOffset: 1n })
  expect(it.stored()).toHaveLength(2)
  it.cluster.moveLeader('t', 0, 1, { loseBatches: 1 })
  expect(await it.send(stamped({ sequence: 1 }), other)).toMatchObject({ errorCode: NONE, baseOffset: 1n })
  expect(it.cluster.log('t', 0)[1]?.leaderEpoch).toBe(2)
})

it('leaves batches without producer id alone', async () => {
  const it = await setup()
  for (const value of ['a', 'a', 'a']) expect((await it.send(batch([value]))).errorCode).toBe(NONE)
  expect(it.stored()).toEqual(['a', 'a', 'a'])
})
