import type { EncodedHeader } from '@posthorn/protocol'
import { VirtualClock } from '@posthorn/testkit'
import { RecordAccumulator } from '../../src/accumulator/accumulator.ts'
import type { Answer, DeliveryCallback } from '../../src/accumulator/answers.ts'
import { AnswerKind } from '../../src/accumulator/answers.ts'
import type { ProducerBatch } from '../../src/accumulator/batch.ts'
import { PartitionQueue } from '../../src/accumulator/partitionQueue.ts'

/** An accumulator by itself, with what it asked of the sender. */
export interface Accumulation {
  readonly clock: VirtualClock
  readonly accumulator: RecordAccumulator
  /** How often the sender was woken, and for when it was asked to wake. */
  readonly alarm: { wakes: number; at: number[] }
  /** How often memory came back. */
  readonly freed: () => number
  /** A partition whose leader is `nodeId`, -1 for none. */
  queue(partition?: number, nodeId?: number): PartitionQueue
  /** Appends a value of so many bytes; the batch that took it, or null when there was no memory. */
  append(queue: PartitionQueue, bytes?: number, callback?: DeliveryCallback): ProducerBatch | null
  /** Partitions listed at a broker. */
  listed(nodeId?: number): number
}

/** Makes one. */
export function accumulation(
  settings: Partial<{ lingerMs: number; batchSize: number; bufferMemory: number; deliveryTimeoutMs: number }> = {},
): Accumulation {
  const clock = new VirtualClock()
  const alarm = { wakes: 0, at: [] as number[] }
  let freed = 0
  const accumulator = new RecordAccumulator(
    {
      lingerMs: 5,
      batchSize: 1000,
      bufferMemory: 10_000,
      maxBufferedRecords: 100_000,
      deliveryTimeoutMs: 120_000,
      ...settings,
    },
    clock,
    { wake: () => alarm.wakes++, wakeAt: (ms) => alarm.at.push(ms) },
    { onOpened: () => {}, onMemoryFreed: () => freed++ },
  )
  return {
    clock,
    accumulator,
    alarm,
    freed: () => freed,
    queue(partition = 0, nodeId = 0) {
      const queue = new PartitionQueue('orders', partition, accumulator.slots.take())
      accumulator.readiness.assignLeader(queue, nodeId, 0)
      return queue
    },
    append(queue, bytes = 10, callback) {
      const kind = callback === undefined ? AnswerKind.none : AnswerKind.callback
      const value = new Uint8Array(bytes)
      const taken = accumulator.append(queue, true, 1000, null, value, [], kind, callback ?? null, null)
      return taken ? (queue.last ?? null) : null
    },
    listed: (nodeId = 0) => accumulator.readiness.nodes.get(nodeId)?.size ?? 0,
  }
}

/** What a record says; nothing where nothing is said. */
interface AppendedRecord {
  readonly timestamp?: number
  readonly key?: Uint8Array | null
  readonly value?: Uint8Array | null
  readonly headers?: readonly EncodedHeader[]
}

/** Appends as the producer does: plainly, where that can be. */
export function appendAny(
  { accumulator }: Accumulation,
  queue: PartitionQueue,
  { timestamp = 0, key = null, value = null, headers = [] }: AppendedRecord,
  kind: AnswerKind,
  answer: Answer,
): boolean {
  if (headers.length === 0 && accumulator.appendPlain(queue.slot, timestamp, key, value, kind, answer) > 0) {
    if (accumulator.isAnswerNew) accumulator.noteAnswer(queue.open as ProducerBatch, kind, answer)
    return true
  }
  return accumulator.append(queue, true, timestamp, key, value, headers, kind, answer, null) !== null
}

/** Nobody. */
export const nobody = { onAcknowledgement: (): void => {}, onCallbackError: (): void => {} }

/** Settles a batch as stored, as completion does. */
export function store(accumulator: RecordAccumulator, batch: ProducerBatch, baseOffset = 0n): void {
  if (batch.succeed(baseOffset, -1, nobody)) accumulator.onSettled(batch)
}
