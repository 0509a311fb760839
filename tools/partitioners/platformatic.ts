import { createCluster } from '@posthorn/testkit'
import { peerModule } from '../chaos/drivers/peerModule.ts'
import type { Placed } from './placed.ts'

interface Platformatic {
  readonly Producer: new (options: object) => {
    send(batch: { readonly messages: readonly object[] }): Promise<unknown>
    close(): Promise<void>
  }
  readonly compatibilityPartitioner: unknown
}

/** `@platformatic/kafka` producing to a cluster in the process: its partitioners leave the division to the producer. */
export async function platformatic(keys: readonly Buffer[], counts: readonly number[]): Promise<Placed[]> {
  const { exports, version } = await peerModule('@platformatic/kafka')
  const { Producer, compatibilityPartitioner } = exports as Platformatic
  const placed: Placed[] = []
  for (const partitioner of ['default', 'compatibility']) {
    for (const count of counts) {
      await using cluster = createCluster({ topics: { topic: count } })
      await cluster.listen()
      const producer = new Producer({
        clientId: 'vectors',
        bootstrapBrokers: cluster.bootstrapServers,
        ...(partitioner === 'compatibility' && { partitioner: compatibilityPartitioner }),
      })
      const messages = keys.map((key, i) => ({ topic: 'topic', key, value: Buffer.from(String(i)) }))
      await producer.send({ messages })
      await producer.close()
      placed.push({ client: '@platformatic/kafka', version, partitioner, count, partitions: stored(cluster, keys) })
    }
  }
  return placed
}

function stored(cluster: ReturnType<typeof createCluster>, keys: readonly Buffer[]): number[] {
  const partitions = new Array<number>(keys.length)
  const records = cluster.records('topic')
  for (const { partition, value } of records) partitions[Number(Buffer.from(value ?? []).toString())] = partition
  if (records.length !== keys.length || partitions.includes(undefined!)) throw new Error('a key was not stored once')
  return partitions
}
