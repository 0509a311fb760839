import type { KafkaError, ProducerRecord, RecordMetadata } from '@posthorn/contracts'
import type { SendOutcome } from './producer.ts'

/** One record of a `sendAll`, from the source to the consumer. */
export interface OutcomeSlot<K, V> {
  readonly index: number
  readonly record: ProducerRecord<K, V>
}

type Entry<K, V> = OutcomeSlot<K, V> | SendOutcome<K, V>

/** Records between the source and the consumer of a `sendAll`, in order: a bounded number, settled ones among them. */
export class OutcomeWindow<K, V> {
  private readonly limit: number
  private entries: Entry<K, V>[] = []
  private head = 0
  /** Index of the entry at `head`. */
  private firstIndex = 0
  private ended = false
  private wakeConsumer: (() => void) | null = null
  private wakeSource: (() => void) | null = null

  constructor(limit: number) {
    this.limit = limit
  }

  private get size(): number {
    return this.entries.length - this.head
  }

  /** Whether no more may be added. */
  get isFull(): boolean {
    return this.size >= this.limit
  }

  /** Adds the source's next record. */
  add(record: ProducerRecord<K, V>): OutcomeSlot<K, V> {
    const slot = { index: this.firstIndex + this.size, record }
    this.entries.push(slot)
    return slot
  }

  /** The outcome of a record is there; only the first counts. What was stored is not held any longer. */
  settle({ index, record }: OutcomeSlot<K, V>, error: KafkaError | null, metadata: RecordMetadata): void {
    const offset = index - this.firstIndex
    const entry = this.entries[this.head + offset]
    if (offset < 0 || entry === undefined || 'error' in entry) return
    this.entries[this.head + offset] =
      error === null ? { index, error, metadata } : { index, error, metadata: null, record }
    if (offset === 0) this.wakeConsumer?.()
  }

  /** The next outcome in order; `null` after the last. */
  async next(): Promise<SendOutcome<K, V> | null> {
    for (;;) {
      const entry = this.entries[this.head]
      if (entry === undefined && this.ended) return null
      if (entry !== undefined && 'error' in entry) {
        this.removeFirst()
        return entry
      }
      await new Promise<void>((resolve) => {
        this.wakeConsumer = resolve
      })
      this.wakeConsumer = null
    }
  }

  /** Resolves when half of the window is free, so that the two sides do not take turns for each record; or at the end. */
  room(): Promise<void> {
    return new Promise((resolve) => {
      this.wakeSource = resolve
    })
  }

  /** Nothing more will be added. */
  end(): void {
    this.ended = true
    this.wakeConsumer?.()
    this.wakeSource?.()
  }

  private removeFirst(): void {
    this.head++
    this.firstIndex++
    if (this.head >= 1024) {
      this.entries = this.entries.slice(this.head)
      this.head = 0
    }
    if (this.wakeSource === null || this.size > this.limit / 2) return
    this.wakeSource()
    this.wakeSource = null
  }
}
