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
import { Coordination } from './coordination.ts'
import { isFatalForBatch, withSeverity } from './failures.ts'
import { LateRequests } from './lateRequests.ts'
import { Operations } from './operations.ts'
import type { ResolvedOptions } from './options.ts'
import { ProducerSequences } from './producerSequences.ts'
import { Status } from './status.ts'

/** Highest version of Produce that leaves it to the producer to add partitions to its transaction (PRQ-12). */
const LAST_WITHOUT_ADDING = 11

/** What the handle works with, once the producer has started. */
export interface Running {
  readonly control: ControlPlane
  readonly coordination: Coordination
  readonly operations: Operations
}

/** Lets records go only within a transaction, stamps their batches, and makes the transaction fail when one of them does. */
export class TransactionGuard implements DeliveryGuard {
  readonly name: string = 'transactions'
  readonly transactionalId: string
  readonly status: Status
  private readonly env: Env
  private readonly options: ResolvedOptions
  private readonly sequences = new ProducerSequences()
  private readonly late = new LateRequests()
  private running: Running | null = null
  /** An error that batches have to hear of in the next pass. */
  private unheard: KafkaError | null = null

  constructor(env: Env, options: ResolvedOptions) {
    this.env = env
    this.options = options
    this.transactionalId = options.transactionalId
    this.status = new Status((error) => this.onError(error))
  }

  get refusal(): KafkaError | null {
    return this.status.refusal
  }

  get maxProduceVersion(): number | undefined {
    return this.started.coordination.isV2 ? undefined : LAST_WITHOUT_ADDING
  }

  /** What works once the producer has started. */
  get started(): Running {
    if (this.running === null) throw new Error('the guard was not attached to a producer')
    return this.running
  }

  attach(control: ControlPlane): void {
    const { options, env, status, sequences, late } = this
    const coordination = new Coordination({ options, control, env, status, sequences, late })
    this.running = { control, coordination, operations: new Operations(control) }
  }

  /** Batches that were not sent fail with the transaction, all of them when nothing helps (SND-09, SND-10, TRQ-03). */
  onPass(): void {
    const error = this.unheard
    if (error === null) return
    this.unheard = null
    const { control } = this.started
    if (error.severity === 'fatal') control.failAll(error)
    // Once its transaction is aborted it concerns nobody: what waits now belongs to the next one.
    else if (this.status.error === error) control.failUndrained(error)
  }

  onOpened(partition: PartitionRef): void {
    this.started.coordination.onOpened(partition)
  }

  /** What was sent before is sent again whatever became of the transaction; its sequences count (TRQ-04, TXN-12). */
  mayDrain(batch: GuardedBatch): boolean {
    const { state } = this.status
    if (state === 'FATAL_ERROR') return false
    if (batch.stamp !== null) return this.sequences.ofStamped(batch)?.mayRetry(batch) === true
    if (state !== 'IN_TRANSACTION' && state !== 'COMMITTING') return false
    const { coordination } = this.started
    if (!coordination.isV2 && !coordination.enlistment.has(batch.partition)) return false
    return this.sequences.of(batch.partition)?.hasRoom(this.env.clock.now()) === true
  }

  stamp(batch: GuardedBatch): ProducerStamp {
    const sequences = this.sequences.of(batch.partition)
    if (sequences === null) throw new Error('a batch was stamped before anybody asked whether it may be drained')
    this.started.coordination.enlistment.addLocally(batch.partition)
    sequences.add(batch)
    return sequences.stamp(batch.recordCount, true)
  }

  compare(a: GuardedBatch, b: GuardedBatch): number {
    const open = this.sequences.ofStamped(a)?.open ?? []
    return open.indexOf(a) - open.indexOf(b)
  }

  judge(batch: GuardedBatch, { errorCode, error, logStartOffset }: BatchFailure): Verdict {
    switch (errorCode) {
      case ErrorCode.DUPLICATE_SEQUENCE_NUMBER:
        return 'complete'
      case ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER:
        // An earlier batch is missing, which is being sent again; the first in line has nothing to wait for (IDM-13).
        return this.sequences.ofStamped(batch)?.open[0] === batch ? 'fail' : 'retry'
      case ErrorCode.UNKNOWN_PRODUCER_ID:
        return logStartOffset < 0n ? 'retry' : 'fail'
      default:
        return error.retriable ? 'retry' : 'fail'
    }
  }

  onCompleted(batch: GuardedBatch): void {
    const sequences = this.sequences.ofStamped(batch)
    sequences?.replace(batch)
    sequences?.onStored(batch, this.env.clock.now())
  }

  onFailed(batch: GuardedBatch, { errorCode, error }: BatchFailure, retriesLeft: boolean): void {
    this.sequences.giveUp(batch, retriesLeft && !batch.maybePersisted)
    this.status.fail(isFatalForBatch(errorCode) ? withSeverity(error, 'fatal') : error)
  }

  onExpired(batch: GuardedBatch, attempted: boolean, error: KafkaError): void {
    this.giveUp(batch)
    this.status.fail(error)
    if (attempted) this.late.onSettled(batch)
  }

  onAbandoned(batch: GuardedBatch): void {
    this.giveUp(batch)
    this.late.onSettled(batch)
  }

  onRequestOver(batch: GuardedBatch): void {
    this.late.onOver(batch)
  }

  onRefused(error: KafkaError): void {
    this.status.fail(error)
  }

  /** Whatever goes wrong with one record goes wrong with its transaction (FLB-03). */
  outcomeOf(error: KafkaError): KafkaError {
    if (error.severity !== 'recoverable') return error
    return withSeverity(error, this.status.state === 'FATAL_ERROR' ? 'fatal' : 'abortable')
  }

  onSplit(batch: GuardedBatch, pieces: readonly GuardedBatch[]): void {
    const { control } = this.started
    this.sequences.ofStamped(batch)?.split(batch, pieces, (piece, stamp) => control.restamp(piece, stamp))
  }

  /** A transaction whose records are refused must not be committed. */
  onCloseCalled(): void {
    this.status.close()
  }

  /** A transaction that is open is aborted; one that is ending ends (SND-12, SND-13). */
  async onClosing(): Promise<void> {
    const { coordination, operations } = this.started
    if (this.status.state === 'COMMITTING' || this.status.state === 'ABORTING') await operations.idle()
    if (this.status.state !== 'IN_TRANSACTION' && this.status.state !== 'ABORTABLE_ERROR') return
    const cause = this.status.error
    this.status.move('abort')
    await coordination.abort(cause)
  }

  close(): void {
    this.sequences.clear()
  }

  private giveUp(batch: GuardedBatch): void {
    this.sequences.giveUp(batch, false)
  }

  private onError(error: KafkaError): void {
    this.unheard = error
    this.env.logger.warn('the transaction has failed', { code: error.code, severity: error.severity })
    this.running?.control.wake()
  }
}
