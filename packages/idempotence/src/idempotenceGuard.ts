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
import { BrokerError, UnsupportedVersionError } from '@posthorn/contracts'
import { ErrorCode } from '@posthorn/protocol'
import { IdentitySource } from './identitySource.ts'
import { PartitionSequences } from './partitionSequences.ts'
import type { ProducerIdentity } from './producerIdentity.ts'
import { nextEpoch } from './producerIdentity.ts'
import { StuckPartitions } from './stuckPartitions.ts'

/** What a broker answers to records of ours that will never be otherwise: no permission, or another producer (FLB-02). */
const fatalCodes: ReadonlySet<number> = new Set([
  ErrorCode.CLUSTER_AUTHORIZATION_FAILED,
  ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
  ErrorCode.PRODUCER_FENCED,
  ErrorCode.UNSUPPORTED_VERSION,
  ErrorCode.INVALID_PRODUCER_ID_MAPPING,
])

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
  private readonly stuck = new StuckPartitions()
  /** Why everything that waits has to fail; `null` once it has. */
  private fatal: KafkaError | null = null

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

  /** Lets partitions with a gap begin anew: here, since no batch is being drained (EPB-01). */
  onPass(): void {
    const { control } = this
    if (this.fatal !== null) {
      control?.failAll(this.fatal)
      this.fatal = null
    }
    const ready = this.stuck.ready
    if (ready.length === 0 || control === null) return
    // One that lags behind the producer's identity only has to catch up.
    if (ready.some(({ identity }) => identity === this.identity)) this.bumpEpoch()
    const { identity } = this
    if (identity !== null) for (const sequences of ready) this.stuck.restart(sequences, identity, control)
    // Not for nothing: were it refused, every pass would ask again.
    else if (ready.some(({ open }) => open.length > 0)) this.askForIdentity()
  }

  mayDrain(batch: GuardedBatch): boolean {
    if (batch.stamp !== null) return this.partitions.get(batch.partition)?.mayRetry(batch) === true
    const { identity } = this
    if (identity === null) {
      this.askForIdentity()
      return false
    }
    return this.startedUnder(identity, batch.partition)?.hasRoom(this.env.clock.now()) === true
  }

  stamp(batch: GuardedBatch): ProducerStamp {
    const sequences = this.partitions.get(batch.partition)
    if (sequences === undefined) throw new Error('a batch was stamped before anybody asked whether it may be drained')
    sequences.add(batch)
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
        return this.judgeGap(batch)
      case ErrorCode.UNKNOWN_PRODUCER_ID:
        // Without a log start offset the broker may only not have read its log yet (IDM-15).
        return failure.logStartOffset >= 0n ? this.judgeGap(batch) : 'retry'
      default:
        return failure.error.retriable ? 'retry' : 'fail'
    }
  }

  onCompleted(batch: GuardedBatch): void {
    const sequences = this.partitions.get(batch.partition)
    if (sequences === undefined) return
    sequences.replace(batch)
    sequences.onStored(batch, this.env.clock.now())
    this.settle(sequences)
  }

  onFailed(batch: GuardedBatch, failure: BatchFailure, retriesLeft: boolean): void {
    this.giveUp(batch, retriesLeft && !batch.maybePersisted)
    if (fatalCodes.has(failure.errorCode)) this.refuseAll(failure)
  }

  onExpired(batch: GuardedBatch): void {
    this.giveUp(batch, false)
  }

  onAbandoned(batch: GuardedBatch): void {
    this.giveUp(batch, false)
  }

  onSplit(batch: GuardedBatch, pieces: readonly GuardedBatch[]): void {
    this.partitions.get(batch.partition)?.split(batch, pieces, (piece, stamp) => this.control?.restamp(piece, stamp))
  }

  close(): void {
    this.partitions.clear()
    this.stuck.clear()
  }

  /** A partition's sequences under this identity; `null` while something stamped with an older one is open (EPB-03). */
  private startedUnder(identity: ProducerIdentity, partition: PartitionRef): PartitionSequences | null {
    let sequences = this.partitions.get(partition)
    if (sequences === undefined) this.partitions.set(partition, (sequences = new PartitionSequences(identity)))
    if (sequences.identity === identity) return sequences
    if (sequences.open.length > 0) return null
    sequences.restart(identity)
    return sequences
  }

  /**
   * The broker does not have what comes before the batch, or does not know us. For a later batch that only says that an
   * earlier one is missing, which is being retried (IDM-11). For the first in line it means a gap that stays (IDM-13).
   */
  private judgeGap(batch: GuardedBatch): Verdict {
    const sequences = this.partitions.get(batch.partition)
    if (sequences?.open[0] !== batch) return 'retry'
    // Under a new epoch it could be stored a second time, or behind what was sent after it.
    if (batch.maybePersisted || sequences.isOvertaken(batch)) return 'fail'
    this.breakAt(sequences, 0)
    return 'retry'
  }

  /** A stamped batch will not be sent again. `refused`: the broker has certainly not stored it. */
  private giveUp(batch: GuardedBatch, refused: boolean): void {
    const sequences = this.partitions.get(batch.partition)
    if (sequences === undefined || batch.stamp === null) return
    const at = sequences.replace(batch)
    // The sequences of the present identity have a gap now, or may have one (EPB-07).
    if (sequences.isOwn(batch.stamp)) {
      if (refused) this.breakAt(sequences, at)
      else sequences.unresolved = true
    }
    this.settle(sequences)
  }

  /** With nothing open any more, an unresolved partition is in order after all or needs a new epoch (IDM-24, IDM-25). */
  private settle(sequences: PartitionSequences): void {
    if (sequences.isStuck) this.control?.wake()
    if (!sequences.unresolved || sequences.open.length > 0) return
    sequences.unresolved = false
    if (!sequences.isContiguous) this.breakAt(sequences, 0)
  }

  private breakAt(sequences: PartitionSequences, index: number): void {
    sequences.breakAt(index)
    this.stuck.add(sequences)
    this.control?.wake()
  }

  private bumpEpoch(): void {
    this.identity &&= nextEpoch(this.identity)
    this.env.logger.warn('sequences cannot go on: new producer epoch', { epoch: this.identity?.producerEpoch ?? null })
  }

  /** Nothing will be stored any more. What waits fails in the next pass, when no batch is in the middle of its end. */
  private refuseAll({ errorCode, error }: BatchFailure): void {
    const { broker, code, message } = error
    this.refusal ??= this.fatal =
      errorCode === ErrorCode.UNSUPPORTED_VERSION
        ? lasting(error)
        : new BrokerError(code, errorCode, message, { severity: 'fatal', broker, cause: error })
    this.control?.wake()
  }

  private askForIdentity(): void {
    this.source?.ask(
      (identity) => {
        this.identity = identity
        this.refusal = null
        this.control?.wake()
      },
      (error) => this.onNoIdentity(error),
    )
  }

  /** No producer id: what waits fails. The next record asks again, unless the broker cannot know the request at all. */
  private onNoIdentity(error: KafkaError): void {
    if (error.code === 'UNSUPPORTED_VERSION') this.refusal = lasting(error)
    this.control?.failAll(error)
  }
}

/** The same refusal for every record to come: nothing but closing helps. */
function lasting(error: KafkaError): KafkaError {
  const { broker } = error
  return new UnsupportedVersionError(error.message, { severity: 'fatal', broker, cause: error })
}
