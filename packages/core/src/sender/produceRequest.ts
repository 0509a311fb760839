import { ZERO_UUID } from '@posthorn/protocol'
import type { ProduceFrame, ProduceFramePartition, ProduceFrameTopic } from '@posthorn/protocol'
import type { ProducerBatch } from '../accumulator/batch.ts'

/** Settings that produce requests carry. */
export interface ProduceSettings {
  readonly acks: -1 | 0 | 1
  readonly requestTimeoutMs: number
}

/** First version that names topics by id (KIP-516). */
export const TOPIC_IDS_FROM = 13

/** The request that holds `batches`, at most one for each partition. */
export function produceFrame(
  batches: readonly ProducerBatch[],
  transactionalId: string | null,
  settings: ProduceSettings,
  topicIdOf: (topic: string) => string,
): ProduceFrame {
  const topics = new Map<string, ProduceFrameTopic & { readonly partitions: ProduceFramePartition[] }>()
  for (const { partition, chunks, wireBytes } of batches) {
    let topic = topics.get(partition.topic)
    if (topic === undefined) {
      topic = { name: partition.topic, topicId: topicIdOf(partition.topic), partitions: [] }
      topics.set(partition.topic, topic)
    }
    topic.partitions.push({ index: partition.partition, chunks, size: wireBytes })
  }
  const { acks, requestTimeoutMs } = settings
  return { transactionalId, acks, timeoutMs: requestTimeoutMs, topics: [...topics.values()] }
}

/** Whether all topics can be named by id. */
export function allHaveIds(frame: ProduceFrame): boolean {
  return frame.topics.every((topic) => topic.topicId !== ZERO_UUID)
}
