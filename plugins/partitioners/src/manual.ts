import type { Partitioner, Plugin } from '@posthorn/contracts'

/**
 * Every record has to name its partition: one that does not is refused, and its send fails with `PARTITIONER_FAILED`
 * (Sarama's `NewManualPartitioner`, which sends such records to partition 0).
 */
export function manual(): Plugin<Partitioner> {
  return () => ({ name: 'manual', forTopic: () => ({ partition: refuse }) })
}

function refuse(): never {
  throw new Error('expected every record to name its partition')
}
