import { peerModule } from '../chaos/drivers/peerModule.ts'
import type { Placed } from './placed.ts'

type Partitioner = () => (options: {
  readonly topic: string
  readonly partitionMetadata: { readonly length: number; filter(): readonly unknown[] }
  readonly message: { readonly key: Buffer }
}) => number

/** KafkaJS's two partitioners. */
export async function kafkajs(keys: readonly Buffer[], counts: readonly number[]): Promise<Placed[]> {
  const { exports, version } = await peerModule('kafkajs')
  const { Partitioners } = exports as { readonly Partitioners: Readonly<Record<string, Partitioner>> }
  return [
    ['default', Partitioners['DefaultPartitioner']!] as const,
    ['legacy', Partitioners['LegacyPartitioner']!] as const,
  ].flatMap(([partitioner, make]) =>
    counts.map((count) => {
      const place = make()
      // It asks for no more of the partitions than this, and there is no list of 2^31-1.
      const partitionMetadata = { length: count, filter: () => [] }
      const partitions = keys.map((key) => place({ topic: 'topic', partitionMetadata, message: { key } }))
      return { client: 'KafkaJS', version, partitioner, count, partitions }
    }),
  )
}
