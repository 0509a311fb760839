import type { Batch, KafkaMessage } from 'kafkajs'

/** A part of a fetched batch, to be one transaction. */
export interface Chunk {
  readonly messages: readonly KafkaMessage[]
  /** Offset of the last of them. */
  readonly last: string
  /** What the group commits: where to go on behind them. */
  readonly next: bigint
}

/** Divides a batch into parts of at most `size` messages. The last one ends behind what kafkajs has left out, too. */
export function chunksOf(batch: Pick<Batch, 'messages' | 'lastOffset'>, size: number): Chunk[] {
  const { messages } = batch
  return Array.from({ length: Math.ceil(messages.length / size) }, (_, index) => {
    const part = messages.slice(index * size, (index + 1) * size)
    const last = part.at(-1)!.offset
    // Markers of transactions and aborted records lie behind the last message perhaps; nobody need read them again.
    const end = (index + 1) * size >= messages.length ? batch.lastOffset() : last
    return { messages: part, last, next: BigInt(end) + 1n }
  })
}
