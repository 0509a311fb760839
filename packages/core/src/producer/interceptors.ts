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

  /** Whether records have to be kept until their outcome, to show them to somebody. */
  get watchOutcomes(): boolean {
    return this.listeners.length > 0
  }

  /** The record to send (ITC-01, ITC-02). */
  onSend(given: AnyRecord): AnyRecord {
    let record = given
    for (const interceptor of this.senders) {
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
