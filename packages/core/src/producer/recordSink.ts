import type { ProducerRecord } from '@posthorn/contracts'
import { KafkaError, StreamError } from '@posthorn/contracts'
import type { Producer } from './producer.ts'

/**
 * What streams of records have in common, whatever their platform: takes records as fast as there is room, knows how they
 * fared, and ends with the first that fails.
 */
export class RecordSink<K, V> {
  private readonly producer: Pick<Producer<K, V, unknown>, 'trySend' | 'ready' | 'flush'>
  private readonly onBroken: (error: StreamError) => void
  private outstanding = 0
  private acknowledged = 0
  private failed = 0
  private maybePersisted = false
  private first: KafkaError | null = null
  private broken: StreamError | null = null
  private stopped = false
  private release: (() => void) | null = null
  private readonly idleWaits: (() => void)[] = []

  /** `onBroken` hears of it, once, when a record has failed and all others have their outcome. */
  constructor(
    producer: Pick<Producer<K, V, unknown>, 'trySend' | 'ready' | 'flush'>,
    onBroken: (error: StreamError) => void,
  ) {
    this.producer = producer
    this.onBroken = onBroken
  }

  /**
   * Takes a record. Returns nothing when there was room, else a promise of when it was taken. Rejects with a
   * {@link StreamError} once a record has failed, after all that were taken have their outcome.
   */
  write(record: ProducerRecord<K, V>): Promise<void> | undefined {
    if (this.first === null && this.take(record) && this.isWhole()) return undefined
    return this.writeLater(record)
  }

  /** Sends everything at once and resolves when all records were stored; rejects with a {@link StreamError} otherwise. */
  async end(): Promise<void> {
    if (this.outstanding > 0) void this.producer.flush()
    await this.idle()
    if (this.first !== null) throw this.error(this.first)
    if (this.outstanding === 0) return
    const message = `aborted while ${this.outstanding} records were on their way`
    throw new KafkaError('SEND_ABORTED', message, { retriable: true, maybePersisted: true })
  }

  /** Takes no more records. Those that were taken go their way, and nobody waits for them any more. */
  stop(): void {
    this.stopped = true
    this.release?.()
    for (const wake of this.idleWaits.splice(0)) wake()
  }

  private isWhole(): boolean {
    return this.first === null
  }

  private async writeLater(record: ProducerRecord<K, V>): Promise<void> {
    for (;;) {
      if (this.first !== null) {
        await this.idle()
        throw this.error(this.first)
      }
      await this.room()
      if (this.stopped || (this.take(record) && this.isWhole())) return
    }
  }

  /** False when there is no room. */
  private take(record: ProducerRecord<K, V>): boolean {
    // Counted before it is sent, because its outcome may come during the call.
    this.outstanding++
    try {
      if (this.producer.trySend(record, this.onOutcome)) return true
    } catch (error) {
      this.onOutcome(error as KafkaError)
      return true
    }
    this.outstanding--
    return false
  }

  /** One function for all records. */
  private readonly onOutcome = (error: KafkaError | null): void => {
    this.outstanding--
    if (error === null) this.acknowledged++
    else {
      this.failed++
      this.first ??= error
      this.maybePersisted ||= error.maybePersisted
    }
    if (this.outstanding > 0) return
    for (const wake of this.idleWaits.splice(0)) wake()
    if (this.first !== null && !this.stopped) this.onBroken(this.error(this.first))
  }

  private idle(): Promise<void> {
    if (this.outstanding === 0 || this.stopped) return Promise.resolve()
    return new Promise((resolve) => this.idleWaits.push(resolve))
  }

  private room(): Promise<void> {
    return new Promise((resolve) => {
      this.release = resolve
      void this.producer.ready().then(resolve)
    })
  }

  private error(first: KafkaError): StreamError {
    const { failed, acknowledged, maybePersisted } = this
    return (this.broken ??= new StreamError(first, { failed, acknowledged, maybePersisted }))
  }
}
