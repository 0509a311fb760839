import TinyQueue from 'tinyqueue'
import type { ProducerBatch } from './batch.ts'
import { Lingering } from './lingering.ts'
import { NodeQueue } from './nodeQueue.ts'
import type { PartitionQueue } from './partitionQueue.ts'

/** How parts of the producer get the sender's attention. */
export interface Alarm {
  /** Take a pass as soon as input at hand is handled. */
  wake(): void
  /** Take a pass at `ms` on the producer's clock, if none comes earlier. */
  wakeAt(ms: number): void
}

/** A batch's back-off with its end as it was set: the batch's own may change meanwhile, and the order must not. */
interface BackOff {
  readonly batch: ProducerBatch
  readonly untilMs: number
}

/**
 * Knows which partitions have something to send now, without looking at those that have not: every event that may make a
 * partition sendable offers it here, and what is sendable is listed at its leader.
 */
export class Readiness {
  /** Brokers that lead or led a partition of ours. */
  readonly nodes: Map<number, NodeQueue> = new Map<number, NodeQueue>()
  /** Partitions that had something to send and nobody to send it to. */
  private readonly leaderless = new Set<PartitionQueue>()
  private readonly alarm: Alarm
  private readonly lingerMs: number
  private readonly lingering: Lingering
  private readonly backingOff = new TinyQueue<BackOff>([], (a, b) => a.untilMs - b.untilMs)
  /** Reasons not to linger: flushes, closing, senders that wait for memory. */
  private urgency = 0

  constructor(lingerMs: number, alarm: Alarm) {
    this.lingerMs = lingerMs
    this.lingering = new Lingering(lingerMs)
    this.alarm = alarm
  }

  /** A batch was opened at the end of its partition's queue. */
  onOpened(batch: ProducerBatch): void {
    const queue = batch.partition
    this.offer(queue)
    if (this.lingerMs === 0) return
    const alone = this.lingering.nextDeadline() === Number.POSITIVE_INFINITY
    this.lingering.add(batch)
    if (alone) this.alarm.wakeAt(batch.createdMs + this.lingerMs)
  }

  /** Lists the partition at its leader when its first batch may be sent as far as we can tell here. */
  offer(queue: PartitionQueue): void {
    if (queue.listed || !this.isSendable(queue)) return
    if (queue.node === null) {
      if (this.leaderless.has(queue)) return
      this.leaderless.add(queue)
    } else queue.node.list(queue)
    this.alarm.wake()
  }

  /** Whether anything waits for a partition to have a leader. What has expired or was given up does not. */
  get needsLeaders(): boolean {
    for (const queue of this.leaderless) {
      if (queue.first !== undefined) return true
      this.leaderless.delete(queue)
    }
    return false
  }

  /** Keeps a batch from being sent again before `batch.notBeforeMs`. */
  backOff(batch: ProducerBatch): void {
    this.backingOff.push({ batch, untilMs: batch.notBeforeMs })
    this.alarm.wakeAt(batch.notBeforeMs)
  }

  /** Offers what has lingered or backed off long enough by `now`. */
  promote(now: number): void {
    for (let batch = this.lingering.take(now); batch !== null; batch = this.lingering.take(now)) {
      batch.lingered = true
      this.offer(batch.partition)
    }
    for (let next = this.backingOff.peek(); next !== undefined && next.untilMs <= now; next = this.backingOff.peek()) {
      this.backingOff.pop()
      const { batch, untilMs } = next
      // A back-off that a new leader ended, perhaps followed by another one, is none of ours any more.
      if (batch.notBeforeMs !== untilMs) continue
      batch.notBeforeMs = 0
      this.offer(batch.partition)
    }
  }

  /** Nothing lingers until {@link Readiness.relax} was called as often. */
  hurry(): void {
    this.urgency++
    for (let batch = this.lingering.take(Infinity); batch !== null; batch = this.lingering.take(Infinity)) {
      batch.lingered = true
      this.offer(batch.partition)
    }
  }

  /** Ends one {@link Readiness.hurry}. */
  relax(): void {
    this.urgency--
  }

  /** When `promote` has something to do next; `Infinity` for never. */
  nextDeadline(): number {
    return Math.min(this.lingering.nextDeadline(), this.backingOff.peek()?.untilMs ?? Number.POSITIVE_INFINITY)
  }

  /** Tells who leads the partition now, `nodeId` -1 for nobody. A newer leader ends a back-off (KIP-951). */
  assignLeader(queue: PartitionQueue, nodeId: number, leaderEpoch: number): void {
    const node = nodeId < 0 ? null : this.node(nodeId)
    const first = queue.first
    queue.leaderEpoch = leaderEpoch
    if (first !== undefined && first.notBeforeMs > 0 && first.attempts > 0 && leaderEpoch > first.attemptEpoch) {
      first.notBeforeMs = 0
    }
    if (node === queue.node) {
      this.offer(queue)
      return
    }
    queue.node?.unlist(queue)
    queue.node = node
    this.leaderless.delete(queue)
    this.offer(queue)
  }

  private node(nodeId: number): NodeQueue {
    let node = this.nodes.get(nodeId)
    if (node === undefined) this.nodes.set(nodeId, (node = new NodeQueue(nodeId)))
    return node
  }

  private isSendable(queue: PartitionQueue): boolean {
    const first = queue.first
    if (first === undefined || queue.muted || queue.sealing || first.notBeforeMs > 0) return false
    return (
      first.lingered ||
      first.full ||
      first.attempts > 0 ||
      queue.batches.length > 1 ||
      this.urgency > 0 ||
      this.lingerMs === 0
    )
  }
}
