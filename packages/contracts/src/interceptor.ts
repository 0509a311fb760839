import type { KafkaError } from './errors.ts'
import type { ProducerRecord, RecordMetadata } from './record.ts'

/** Sees every record on its way out and every outcome (Kafka's `ProducerInterceptor`, KIP-42). */
export interface Interceptor<K = unknown, V = unknown> {
  /** Shown in logs. */
  readonly name: string
  /**
   * Called before serialization; returns the record to send, the same or another. What it throws is logged, and the
   * record goes on as it was.
   */
  onSend?(record: ProducerRecord<K, V>): ProducerRecord<K, V>
  /**
   * Whether the outcome of this record, as it was sent, is of interest. Asked after all `onSend`; `false` spares the
   * producer to keep the record, and `onAcknowledgement` is not called for it. Must give the same answer for the same
   * record, and not throw. Absent: of every record.
   */
  watches?(record: ProducerRecord<K, V>): boolean
  /**
   * Called once for each record that it watches, before the application hears of the outcome. `metadata` has offset -1 on failure.
   * What it throws is logged. Runs inside the sender: slow work delays all sending.
   */
  onAcknowledgement?(record: ProducerRecord<K, V>, metadata: RecordMetadata, error: KafkaError | null): void
  /** Called once when the producer closes. */
  close?(): void
}
