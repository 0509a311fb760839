import type { ControlPlane, Env, PartitionRef } from '@posthorn/contracts'
import { KafkaError } from '@posthorn/contracts'
import type { ProducerIdentity } from '@posthorn/idempotence/sequences'
import { CoordinatorType, ErrorCode } from '@posthorn/protocol'
import { CoordinatorLink } from './coordinatorLink.ts'
import { endTransaction } from './ending.ts'
import { Enlistment } from './enlistment.ts'
import { asKafkaError, fatalAnswer, withSeverity } from './failures.ts'
import type { ConsumerGroupMetadata, TransactionOffset } from './handle.ts'
import type { LateRequests } from './lateRequests.ts'
import { Offsets } from './offsets.ts'
import type { ResolvedOptions } from './options.ts'
import { ProducerIdentification } from './producerIdentification.ts'
import type { ProducerSequences } from './producerSequences.ts'
import { SerialQueue } from './serialQueue.ts'
import type { Status } from './status.ts'

/** What coordination needs. */
export interface CoordinationParts {
  readonly options: ResolvedOptions
  readonly control: ControlPlane
  readonly env: Env
  readonly status: Status
  readonly sequences: ProducerSequences
  readonly late: LateRequests
}

/** KIP-890: the name of the feature and the level from which on every end of a transaction raises the epoch. */
const TRANSACTION_VERSION = 'transaction.version'
const V2_LEVEL = 2

/** The producer's side of the talks with the coordinator, one request at a time (TRQ-01): init, enlist, offsets, end. */
export class Coordination {
  readonly enlistment: Enlistment
  private readonly parts: CoordinationParts
  private readonly coordinator: CoordinatorLink
  private readonly identification: ProducerIdentification
  private readonly offsets: Offsets
  private readonly queue = new SerialQueue()
  /** Whether the open transaction, or the next one, goes by KIP-890. Never changes inside of one (TV2-01). */
  private v2 = false

  constructor(parts: CoordinationParts) {
    this.parts = parts
    const { control, options, status } = parts
    const { transactionalId } = options
    const over = (): KafkaError | null => (status.state === 'FATAL_ERROR' ? status.error : null)
    this.coordinator = new CoordinatorLink(control, CoordinatorType.TRANSACTION, transactionalId, over)
    this.identification = new ProducerIdentification(this.coordinator, options)
    const identity = (): ProducerIdentity => this.identity
    const vain = (): KafkaError | null => (status.isOver ? (status.error ?? aborted()) : null)
    const { coordinator } = this
    this.enlistment = new Enlistment({
      transactionalId,
      coordinator,
      identity,
      enqueue: (work) => this.inTurn(work),
      vain,
      onEnlisted: () => control.wake(),
      onFailed: (error) => status.fail(this.asFailure(asAbortable(error))),
    })
    this.offsets = new Offsets({
      transactionalId,
      control,
      coordinator,
      identity,
      over,
      vain,
      begun: this.enlistment.begun,
    })
  }

  /** Whether partitions are added by their leaders, not by us. */
  get isV2(): boolean {
    return this.v2
  }

  /** Gets the producer's identity (TXN-02). The status is INITIALIZING. */
  initialize(): Promise<void> {
    return this.queue.run(() => this.settle(() => this.identify(() => this.identification.initialize())))
  }

  /** A transaction begins. */
  begin(): void {
    this.enlistment.clear()
  }

  /** The first record of a batch for a partition was appended. */
  onOpened(partition: PartitionRef): void {
    if (!this.v2) this.enlistment.want(partition)
  }

  /** Holds offsets for the transaction (TOF-01). */
  commitOffsets(offsets: readonly TransactionOffset[], group: ConsumerGroupMetadata): Promise<void> {
    return this.inTurn(() => this.settle(() => this.offsets.commit(offsets, group, this.v2)))
  }

  /**
   * Sends what is left, then commits (TXN-06). The status is COMMITTING. What is committed stays so: when only the higher
   * epoch for the next transaction cannot be had, this resolves, and the status tells.
   */
  async commit(): Promise<void> {
    const { control } = this.parts
    await control.flushed()
    const outcome = { committed: false }
    const onEnded = (): void => {
      outcome.committed = true
    }
    try {
      await this.inTurn(() => this.settle(() => this.end(true, onEnded)))
    } catch (error) {
      if (!outcome.committed) throw error
    }
  }

  /** Waits for what is on its way, then aborts (TXN-07). The status is ABORTING. */
  async abort(cause: KafkaError | null): Promise<void> {
    const { control, late } = this.parts
    this.enlistment.drop()
    control.failUndrained(cause ?? aborted())
    await control.flushed()
    await late.over()
    await this.queue.run(() => this.settle(() => this.endAborted()))
  }

  private get identity(): ProducerIdentity {
    const { identity } = this.parts.sequences
    if (identity === null) throw new Error('there is no producer id')
    return identity
  }

  /** Runs a request when its turn comes, unless the transaction has failed by then (TRQ-16). */
  private inTurn(work: () => Promise<void>): Promise<void> {
    const { status } = this.parts
    return this.queue.run(() => {
      if (status.hasFailed && status.error !== null) return Promise.reject(status.error)
      return work()
    })
  }

  /** What goes wrong decides the status. */
  private async settle(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (thrown) {
      const error = asKafkaError(thrown)
      if (this.parts.status.state === 'INITIALIZING' && ProducerIdentification.isRefusal(error)) {
        this.parts.status.move('refused')
      } else this.parts.status.fail(this.asFailure(error))
      throw error
    }
  }

  /** An abortable error of a coordinator that has forgotten us helps only those who can raise the epoch (TXR-10). */
  private asFailure(error: KafkaError): KafkaError {
    if (error.code !== 'UNKNOWN_PRODUCER_ID' || this.v2) return error
    if (this.identification.canBump) this.parts.sequences.isSpent = true
    else withSeverity(error, 'fatal')
    return error
  }

  private async end(committed: boolean, onEnded: () => void = () => {}): Promise<void> {
    const { options, sequences, status } = this.parts
    const { v2 } = this
    const { certainly, perhaps } = this.enlistment.begun
    // What is in doubt has failed the transaction, so that it is never committed.
    const isTold = committed ? certainly : perhaps
    let forgotten = false
    if (isTold) {
      const { transactionalId } = options
      const ended = await endTransaction(
        { transactionalId, coordinator: this.coordinator },
        { identity: this.identity, committed, v2, certainly },
      )
      forgotten = ended.forgotten
      if (ended.identity !== this.identity) sequences.adopt(ended.identity)
    }
    onEnded()
    this.enlistment.clear()
    this.v2 = this.featureIsV2()
    const toV2 = this.v2 && !v2
    if (sequences.identity === null) return this.reinitialize(() => this.identification.initialize())
    // The first transaction of KIP-890 must not meet requests of the last one before (TV2-06).
    if (forgotten || (toV2 && isTold)) sequences.isSpent = true
    if (forgotten && !this.identification.canBump) throw fatalAnswer(ErrorCode.UNKNOWN_PRODUCER_ID, 'EndTxn (abort)')
    if (!sequences.isSpent) status.move('ended')
    else if (this.identification.canBump) await this.reinitialize(() => this.identification.bump(this.identity))
    else this.goOnWithoutBump()
  }

  /** Whatever stops an abort is fatal: it cannot be aborted in its turn (TXR-04). */
  private async endAborted(): Promise<void> {
    try {
      await this.end(false)
    } catch (thrown) {
      const error = asKafkaError(thrown)
      throw this.parts.status.state === 'ABORTING' ? withSeverity(error, 'fatal') : error
    }
  }

  private async reinitialize(ask: () => Promise<ProducerIdentity>): Promise<void> {
    this.parts.status.move('bump')
    await this.identify(ask)
  }

  private async identify(ask: () => Promise<ProducerIdentity>): Promise<void> {
    this.parts.sequences.adopt(await ask())
    this.v2 = this.featureIsV2()
    this.parts.status.move('initialized')
  }

  /** Before Kafka 2.5 (EPB-06): sequences that were certainly not used are used again; else nothing helps. */
  private goOnWithoutBump(): void {
    const { sequences, status } = this.parts
    if (sequences.isUncertain) {
      const why = 'a batch may or may not be stored, and the coordinator cannot raise the epoch (Kafka before 2.5)'
      throw new KafkaError('OUT_OF_ORDER_SEQUENCE_NUMBER', why, { severity: 'fatal' })
    }
    sequences.rewind()
    status.move('ended')
  }

  private featureIsV2(): boolean {
    return this.parts.control.featureLevel(TRANSACTION_VERSION) >= V2_LEVEL
  }
}

/** What becomes of that which an abort gives up. */
function aborted(): KafkaError {
  return new KafkaError('TRANSACTION_ABORTED', 'the transaction was aborted', { severity: 'abortable' })
}

/** Everything that goes wrong with a request concerns the open transaction at least. */
function asAbortable(thrown: unknown): KafkaError {
  const error = asKafkaError(thrown)
  return error.severity === 'recoverable' ? withSeverity(error, 'abortable') : error
}
