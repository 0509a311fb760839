import type { Partitioner, TopicView } from '@posthorn/contracts'
import { describe, expect, it } from 'vitest'
import { stage } from '../support/stage.ts'

describe('racks', () => {
  it('PRT-15 partitioners see which partitions are led in the client’s rack, as metadata tells it', async () => {
    for (const clientRack of ['b', '', 'nowhere']) {
      const views: TopicView[] = []
      const partitioner = (): Partitioner => ({
        name: 'sees',
        forTopic: () => ({
          partition: (_key, view) => {
            views.push(view)
            return 0
          },
        }),
      })
      const s = stage({ lingerMs: 0, clientRack, partitioner, metadataMaxAgeMs: 1000 })
      s.cluster.intercept('Metadata', {
        change: (answer: { brokers: { nodeId: number }[] }) => ({
          ...answer,
          brokers: answer.brokers.map((broker) => ({ ...broker, rack: ['a', 'b', null][broker.nodeId] })),
        }),
      })
      await s.until(s.it.send({ topic: 'orders', value: 'a' }))
      const led = (): number[] => [0, 1, 2, 3, 4, 5].filter((i) => s.cluster.partition('orders', i).leader === 1)
      expect(led().length).toBeGreaterThan(0)
      expect(views[0]!.availableInRack).toEqual(clientRack === 'b' ? led() : [])
      s.cluster.moveLeader('orders', led()[0]!, 2)
      await s.advance(1500)
      expect(views[0]!.availableInRack).toEqual(clientRack === 'b' ? led() : [])
      await s.end()
    }
  })
})
