import { KafkaError, StateError } from '@posthorn/contracts'
import { abortable, withSeverity } from './failures.ts'
import { allowedCalls, type TransactionEvent, transactionMoves, type TransactionState } from './states.ts'

/** The state of a transactional producer and the error that brought it there: the only place where either changes. */
export class Status {
  /** Why records are refused now; `null` when they are taken. Read for each `send`. */
  refusal: KafkaError | null
  private current: TransactionState = 'UNINITIALIZED'
  private lastError: KafkaError | null = null
  private isClosed = false
  private readonly onError: (error: KafkaError) => void

  /** `onError` hears of each error that ends a transaction, or everything. */
  constructor(onError: (error: KafkaError) => void) {
    this.onError = onError
    this.refusal = this.refusalNow()
  }

  get state(): TransactionState {
    return this.current
  }

  /** The error of an error state. */
  get error(): KafkaError | null {
    return this.lastError
  }

  /** Whether the error of an error state is one. */
  get hasFailed(): boolean {
    return this.current === 'ABORTABLE_ERROR' || this.current === 'FATAL_ERROR'
  }

  /** Whether what the transaction still asks for is in vain: it has failed, or is being aborted (TRQ-16, TXN-07). */
  get isOver(): boolean {
    return this.hasFailed || this.current === 'ABORTING'
  }

  /** Whether a transaction is open, perhaps with an error or about to end (TXN-13). */
  get isOngoing(): boolean {
    const { current } = this
    return (
      current === 'IN_TRANSACTION' ||
      current === 'COMMITTING' ||
      current === 'ABORTING' ||
      current === 'ABORTABLE_ERROR'
    )
  }

  /** The application calls something. Throws, and changes nothing, when the state does not allow it (SND-17, TXN-10). */
  call(event: 'init' | 'begin' | 'commit' | 'abort'): void {
    this.check(event, transactionMoves[event][this.current] !== undefined)
    this.move(event)
  }

  /** Throws unless a transaction is open and well. */
  checkOpen(call: string): void {
    this.check(call, this.current === 'IN_TRANSACTION')
  }

  /** Something of our own doing happened. What the table does not allow is a mistake of ours, and fatal (SND-17). */
  move(event: TransactionEvent): void {
    const next = transactionMoves[event][this.current]
    if (next === undefined) {
      const mistake = new StateError('INVALID_STATE', `transactions: ${event} in state ${this.current}`)
      this.fail(withSeverity(mistake, 'fatal'))
      throw mistake
    }
    this.current = next
    if (!this.hasFailed) this.lastError = null
    this.refusal = this.refusalNow()
  }

  /** Takes in an error; its severity tells which (FLB-02, FLB-03). What is fatal stays, and the first error holds. */
  fail(error: KafkaError): void {
    const isFatal = error.severity === 'fatal'
    if (this.current === 'FATAL_ERROR' || (!isFatal && transactionMoves.abortable[this.current] === undefined)) return
    if (!isFatal && (this.current === 'ABORTING' || this.current === 'ABORTABLE_ERROR')) return
    this.lastError = isFatal ? error : abortable(error)
    this.move(isFatal ? 'fatal' : 'abortable')
    this.onError(this.lastError)
  }

  /** The application has closed the producer: it may call nothing any more, whatever the state. */
  close(): void {
    this.isClosed = true
  }

  private check(call: string, allowed: boolean): void {
    if (this.isClosed) {
      const message = `${call} is not possible, the producer is closed`
      throw new StateError('PRODUCER_CLOSED', message, { severity: 'fatal' })
    }
    if (allowed) return
    if (this.hasFailed && this.lastError !== null) throw seen(this.lastError, `${call} is not possible`)
    const allowedNow = allowedCalls(this.current)
    const hint = allowedNow.length === 0 ? 'wait for it to end' : `allowed now: ${allowedNow.join(', ')}`
    throw new StateError('INVALID_TXN_STATE', `${call} is not allowed in state ${this.current}; ${hint}`)
  }

  private refusalNow(): KafkaError | null {
    if (this.current === 'IN_TRANSACTION') return null
    if (this.hasFailed && this.lastError !== null) return seen(this.lastError, 'no record can be sent')
    const hint = this.current === 'UNINITIALIZED' ? 'call init and begin first, or use run' : 'call begin first'
    return new StateError('INVALID_TXN_STATE', `send is not allowed in state ${this.current}; ${hint}`)
  }
}

/** A fatal or abortable error as a later caller sees it (TXN-04, TXN-10). */
function seen(error: KafkaError, what: string): KafkaError {
  const next = error.severity === 'fatal' ? 'the producer can only be closed' : 'the transaction can only be aborted'
  const { code, severity, retriable, topic, partition, broker } = error
  const details = { severity, retriable, topic, partition, broker, cause: error }
  return new KafkaError(code, `${what}, ${next}: ${error.message}`, details)
}
