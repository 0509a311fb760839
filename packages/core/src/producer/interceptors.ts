import type { Interceptor, KafkaError, Logger, ProducerRecord, RecordMetadata } from '@posthorn/contracts'
import type { AcknowledgementListener } from '../accumulator/answers.ts'

type AnyRecord = ProducerRecord<unknown, unknown>

/** A producer's interceptors, in order. What one throws is logged, and neither the record nor the others suffer. */
export class Interceptors implements AcknowledgementListener {
  private readonly senders: readonly Interceptor[]
  private readonly listeners: readonly Interceptor[]
  private readonly all: readonly Interceptor[]
  private readonly logger: Logger

  constructor(interceptors: readonly Interceptor[], logger: Logger) {
    this.all = interceptors
    this.senders = interceptors.filter((interceptor) => interceptor.onSend !== undefined)
    this.listeners = interceptors.filter((interceptor) => interceptor.onAcknowledgement !== undefined)
    this.logger = logger
  }

  /** Whether there are any. */
  get any(): boolean {
    return this.all.length > 0
  }

  /** Whether one of them wants to hear of every outcome. */
  get watchAll(): boolean {
    return this.listeners.some((listener) => listener.watches === undefined)
  }

  /** Whether the record has to be kept until its outcome, to show it to somebody. */
  watch(record: AnyRecord): boolean {
    const { listeners } = this
    for (let i = 0; i < listeners.length; i++) if (isWatchedBy(listeners[i]!, record)) return true
    return false
  }

  /** The record to send (ITC-01, ITC-02). */
  onSend(given: AnyRecord): AnyRecord {
    const { senders } = this
    let record = given
    // An index, because an iterator is made anew for each record.
    for (let i = 0; i < senders.length; i++) {
      const interceptor = senders[i]!
      try {
        record = interceptor.onSend?.(record) ?? record
      } catch (error) {
        this.log(interceptor, 'onSend', error)
      }
    }
    return record
  }

  onAcknowledgement(record: AnyRecord, metadata: RecordMetadata, error: KafkaError | null): void {
    for (const interceptor of this.listeners) {
      if (!isWatchedBy(interceptor, record)) continue
      try {
        interceptor.onAcknowledgement?.(record, metadata, error)
      } catch (thrown) {
        this.log(interceptor, 'onAcknowledgement', thrown)
      }
    }
  }

  onCallbackError(error: unknown): void {
    this.logger.error('a delivery callback threw', { error })
  }

  /** What tells the interceptors that the producer has closed. */
  closers(): (() => void)[] {
    return this.all.map((interceptor) => () => interceptor.close?.())
  }

  private log(interceptor: Interceptor, member: string, error: unknown): void {
    this.logger.error(`interceptor ${interceptor.name} threw in ${member}`, { error })
  }
}

function isWatchedBy(interceptor: Interceptor, record: AnyRecord): boolean {
  return interceptor.watches === undefined || interceptor.watches(record)
}
