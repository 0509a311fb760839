import { describe, expect, it } from 'vitest'
import { ProducerBatch } from '../../src/accumulator/batch.ts'
import { unaccountedBuffer } from '../../src/accumulator/bufferPool.ts'
import { IncompleteBatches } from '../../src/accumulator/incompleteBatches.ts'
import { PartitionQueue } from '../../src/accumulator/partitionQueue.ts'

const orders = new PartitionQueue('orders', 0, 0)
const made = (createdMs: number): ProducerBatch => new ProducerBatch(orders, unaccountedBuffer(100), createdMs)

describe('the list of incomplete batches', () => {
  it('ACC-18 is in the order of creation, also when an older batch comes late', () => {
    const list = new IncompleteBatches()
    for (const at of [10, 20, 40, 30, 5, 40]) list.add(made(at))
    expect(list.snapshot().map(({ createdMs }) => createdMs)).toEqual([5, 10, 20, 30, 40, 40])
    expect(list.oldest?.createdMs).toBe(5)
  })

  it('keeps the order of arrival among batches of one moment', () => {
    const list = new IncompleteBatches()
    const batches = [made(1), made(1), made(1)]
    for (const batch of batches) list.add(batch)
    expect(list.snapshot()).toEqual(batches)
  })

  it('SPD-17 has no entry of a batch that was taken out, wherever it stood', () => {
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 0, 2],
      [1, 2, 0],
    ]) {
      const list = new IncompleteBatches()
      const batches = [made(1), made(2), made(3)]
      for (const batch of batches) list.add(batch)
      const left = new Set(batches)
      for (const index of order) {
        list.remove(batches[index]!)
        left.delete(batches[index]!)
        expect(list.snapshot()).toEqual([...left])
        expect(list.size).toBe(left.size)
      }
      expect(list.oldest).toBeNull()
      list.add(batches[0]!)
      expect(list.snapshot()).toEqual([batches[0]])
    }
  })
})
