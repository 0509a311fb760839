import { describe, expect, it } from 'vitest'
import { NodeQueue } from '../../src/accumulator/nodeQueue.ts'
import { PartitionQueue } from '../../src/accumulator/partitionQueue.ts'

describe('the turns of the partitions at a broker', () => {
  const [a, b, c] = [0, 1, 2].map((partition) => new PartitionQueue('orders', partition, 0)) as [
    PartitionQueue,
    PartitionQueue,
    PartitionQueue,
  ]

  it('ACC-10 are in the order in which partitions were listed, each once', () => {
    const node = new NodeQueue(7)
    expect([node.list(b), node.list(a), node.list(b)]).toEqual([true, true, false])
    expect(node.size).toBe(2)
    expect([...node.takeAll()]).toEqual([b, a])
    expect(node.size).toBe(0)
  })

  it('go on for what is listed again while they are taken: it comes next time', () => {
    const node = new NodeQueue(7)
    node.list(a)
    node.list(b)
    const seen: PartitionQueue[] = []
    for (const queue of node.takeAll()) {
      seen.push(queue)
      if (seen.length < 10) node.list(queue)
    }
    expect(seen).toEqual([a, b])
    expect([...node.takeAll()]).toEqual([a, b])
  })

  it('end for a partition whose leader is elsewhere', () => {
    const node = new NodeQueue(7)
    for (const queue of [a, b, c]) node.list(queue)
    node.unlist(b)
    node.unlist(b)
    expect(b.listed).toBe(false)
    expect([...node.takeAll()]).toEqual([a, c])
  })
})
