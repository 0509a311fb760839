import type {
  BatchFailure,
  ControlPlane,
  DeliveryGuard,
  Env,
  GuardedBatch,
  KafkaError,
  PartitionRef,
  ProducerStamp,
  Verdict,
} from '@posthorn/contracts'
import { ErrorCode } from '@posthorn/protocol'
import { IdentitySource } from './identitySource.ts'
import { PartitionSequences } from './partitionSequences.ts'
import type { ProducerIdentity } from './producerIdentity.ts'
import { nextEpoch } from './producerIdentity.ts'
import { addToSequence } from './sequence.ts'

/** Gives every batch a producer id, an epoch and a sequence, and keeps retries in order (KIP-98, KIP-360). */
export class IdempotenceGuard implements DeliveryGuard {
  readonly name: string = 'idempotence'
  readonly transactionalId: null = null
  refusal: KafkaError | null = null
  private readonly env: Env
  private control: ControlPlane | null = null
  private source: IdentitySource | null = null
  private identity: ProducerIdentity | null = null
  private readonly partitions = new Map<PartitionRef, PartitionSequences>()
  /** Partitions whose sequences can only go on under a new epoch. */
  private readonly stuck = new Set<PartitionRef>()

  constructor(env: Env) {
    this.env = env
  }

  attach(control: ControlPlane): void {
    this.control = control
    this.source = new IdentitySource(control, this.env)
  }

  onOpened(): void {
    if (this.identity === null) this.askForIdentity()
  }

  onPass(): void {
    if (this.stuck.size > 0) this.bumpEpoch()
  }

  mayDrain(batch: GuardedBatch): boolean {
    const { identity } = this
    if (identity === null) {
      this.askForIdentity()
      return false
    }
    if (this.stuck.has(batch.partition)) return false
    const sequences = this.sequencesOf(batch.partition, identity)
    // While anything is retried, one batch at a time, lowest sequence first (IDM-10).
    if (batch.stamp !== null) return sequences.open[0] === batch
    if (sequences.identity !== identity) {
      if (sequences.open.length > 0) return false
      sequences.restart(identity)
    }
    return sequences.hasRoom(this.env.clock.now())
  }

  stamp(batch: GuardedBatch): ProducerStamp {
    const sequences = this.partitions.get(batch.partition)
    if (sequences === undefined) throw new Error('a batch was stamped before anybody asked whether it may be drained')
    sequences.open.push(batch)
    return sequences.stamp(batch.recordCount)
  }

  compare(a: GuardedBatch, b: GuardedBatch): number {
    const open = this.partitions.get(a.partition)?.open ?? []
    return open.indexOf(a) - open.indexOf(b)
  }

  judge(batch: GuardedBatch, failure: BatchFailure): Verdict {
    switch (failure.errorCode) {
      case ErrorCode.DUPLICATE_SEQUENCE_NUMBER:
        return 'complete'
      case ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER:
        // For a later batch it only says that an earlier one is missing, which is being retried. For the first one it
        // says that the broker does not have what we believe it has, and so not this batch either.
        if (this.isFirst(batch)) this.requestBump(batch.partition)
        return 'retry'
      case ErrorCode.UNKNOWN_PRODUCER_ID:
        if (failure.logStartOffset >= 0n && this.isFirst(batch)) this.requestBump(batch.partition)
        return 'retry'
      default:
        return failure.error.retriable ? 'retry' : 'fail'
    }
  }

  onCompleted(batch: GuardedBatch): void {
    const sequences = this.partitions.get(batch.partition)
    if (sequences === undefined) return
    sequences.close(batch)
    sequences.onStored(batch, this.env.clock.now())
    this.settle(batch.partition, sequences)
  }

  onFailed(batch: GuardedBatch, _failure: BatchFailure, retriesLeft: boolean): void {
    this.giveUp(batch, retriesLeft && !batch.maybePersisted)
  }

  onExpired(batch: GuardedBatch): void {
    this.giveUp(batch, false)
  }

  onAbandoned(batch: GuardedBatch): void {
    this.giveUp(batch, false)
  }

  onSplit(batch: GuardedBatch, pieces: readonly GuardedBatch[]): void {
    const sequences = this.partitions.get(batch.partition)
    const { stamp } = batch
    if (sequences === undefined || stamp === null || this.control === null) return
    const at = sequences.open.indexOf(batch)
    if (at < 0) return
    sequences.open.splice(at, 1, ...pieces)
    this.restampFrom(stamp.baseSequence, pieces, stamp)
  }

  close(): void {
    this.partitions.clear()
    this.stuck.clear()
  }

  private sequencesOf(partition: PartitionRef, identity: ProducerIdentity): PartitionSequences {
    let sequences = this.partitions.get(partition)
    if (sequences === undefined) this.partitions.set(partition, (sequences = new PartitionSequences(identity)))
    return sequences
  }

  private isFirst(batch: GuardedBatch): boolean {
    const sequences = this.partitions.get(batch.partition)
    return sequences?.open[0] === batch && batch.stamp !== null && sequences.isOwn(batch.stamp)
  }

  /** A stamped batch will not be sent again. `refused`: the broker has certainly not stored it. */
  private giveUp(batch: GuardedBatch, refused: boolean): void {
    const sequences = this.partitions.get(batch.partition)
    if (sequences === undefined || batch.stamp === null) return
    sequences.close(batch)
    // The sequences of the present identity have a gap now, or may have one.
    if (sequences.isOwn(batch.stamp)) {
      if (refused) this.requestBump(batch.partition)
      else sequences.unresolved = true
    }
    this.settle(batch.partition, sequences)
  }

  /** When nothing is open any more, an unresolved partition is either in order after all or needs a new epoch (IDM-24, 25). */
  private settle(partition: PartitionRef, sequences: PartitionSequences): void {
    if (!sequences.unresolved || sequences.open.length > 0) return
    sequences.unresolved = false
    if (!sequences.isContiguous) this.requestBump(partition)
  }

  private requestBump(partition: PartitionRef): void {
    this.stuck.add(partition)
    this.control?.wake()
  }

  /** Raises the epoch once no batch of the partitions concerned is on its way (EPB-01, EPB-02, EPB-04). */
  private bumpEpoch(): void {
    for (const partition of this.stuck) {
      if (this.partitions.get(partition)?.open.some((batch) => batch.inFlight) === true) return
    }
    if (this.identity !== null) {
      this.identity = nextEpoch(this.identity)
      this.env.logger.warn('sequences cannot go on: new producer epoch', { partitions: this.stuck.size })
    }
    if (this.identity === null) this.askForIdentity()
    else this.restartStuck(this.identity)
  }

  private restartStuck(identity: ProducerIdentity): void {
    for (const partition of this.stuck) {
      const sequences = this.partitions.get(partition)
      if (sequences === undefined) continue
      sequences.restart(identity)
      for (const batch of sequences.open) this.control?.restamp(batch, sequences.stamp(batch.recordCount))
    }
    this.stuck.clear()
  }

  private restampFrom(baseSequence: number, pieces: readonly GuardedBatch[], stamp: ProducerStamp): void {
    let sequence = baseSequence
    for (const piece of pieces) {
      this.control?.restamp(piece, { ...stamp, baseSequence: sequence })
      sequence = addToSequence(sequence, piece.recordCount)
    }
  }

  private askForIdentity(): void {
    this.source?.ask(
      (identity) => {
        this.identity = identity
        this.refusal = null
        this.control?.wake()
      },
      (error) => this.onRefused(error),
    )
  }

  /** No producer id: what waits fails. The next record asks again, unless the broker cannot know the request at all. */
  private onRefused(error: KafkaError): void {
    if (error.code === 'UNSUPPORTED_VERSION') this.refusal = error
    this.control?.failAll(error)
  }
}
