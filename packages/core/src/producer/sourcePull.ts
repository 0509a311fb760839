import type { ProducerRecord } from '@posthorn/contracts'
import { KafkaError } from '@posthorn/contracts'
import { failedRecord } from '../accumulator/deliveredRecord.ts'
import type { OutcomeSlot, OutcomeWindow } from './outcomeWindow.ts'
import type { Producer } from './producer.ts'

/** What sending a source needs of a producer. */
export interface SourcePort<K, V> extends Pick<Producer<K, V, unknown>, 'trySend' | 'ready' | 'flush'> {
  /** Why the producer takes no records at all; `null` when it does. */
  refusal(): KafkaError | null
}

/** Where records come from. */
export type RecordSource<K, V> = Iterable<ProducerRecord<K, V>> | AsyncIterable<ProducerRecord<K, V>>

type AnyIterator<T> = Iterator<T> | AsyncIterator<T>
type Answer<T> = IteratorResult<T> | PromiseLike<IteratorResult<T>>

/** The source's side of a `sendAll`: pulls records as fast as there is room for them. */
export class SourcePull<K, V> {
  /** What ended it before the source did. */
  failure: { readonly error: unknown } | null = null
  private readonly port: SourcePort<K, V>
  private readonly records: RecordSource<K, V>
  private readonly window: OutcomeWindow<K, V>
  /** The source until it has ended. */
  private source: AnyIterator<ProducerRecord<K, V>> | null = null
  /** The record that waits for room. */
  private offered: OutcomeSlot<K, V> | null = null
  /** True while the source owes an answer. */
  private asking = false
  private ended = false

  constructor(port: SourcePort<K, V>, records: RecordSource<K, V>, window: OutcomeWindow<K, V>) {
    this.port = port
    this.records = records
    this.window = window
  }

  /** Begins to pull. */
  start(): void {
    this.run().then(
      () => this.end(null),
      (error: unknown) => this.end({ error }),
    )
  }

  /** Pulls no more. The outcomes of what was taken still come. */
  end(failure: { readonly error: unknown } | null): void {
    if (this.ended) return
    this.ended = true
    this.failure = failure
    if (this.offered !== null) this.window.settle(this.offered, notSent(failure?.error), failedRecord('', -1))
    this.window.end()
  }

  /** Lets go of the source. Does not wait for one that owes an answer: it may never come. */
  async stop(): Promise<void> {
    this.end(null)
    const { source, asking } = this
    this.source = null
    const returned = source?.return?.()
    if (!asking) await returned
    else if (isThenable(returned)) returned.then(undefined, () => {})
  }

  private async run(): Promise<void> {
    const { records, window, port } = this
    const source = Symbol.asyncIterator in records ? records[Symbol.asyncIterator]() : records[Symbol.iterator]()
    this.source = source
    for (;;) {
      if (window.isFull) await window.room()
      if (this.ended) return
      const refusal = port.refusal()
      if (refusal !== null) throw refusal
      const answer = this.ask(source)
      // A source that answers at once is not made to wait for its turn.
      const result = isThenable(answer) ? await this.answerOf(answer) : answer
      if (this.isEnded()) return
      if (result.done === true) break
      this.offered = window.add(result.value)
      while (!this.take(this.offered)) {
        await port.ready()
        if (this.isEnded()) return
      }
      this.offered = null
    }
    this.source = null
    // What lingers would keep the last outcomes waiting.
    void port.flush()
  }

  /** Asked anew after each wait. */
  private isEnded(): boolean {
    return this.ended
  }

  private take(slot: OutcomeSlot<K, V>): boolean {
    const { port, window } = this
    try {
      return port.trySend(slot.record, (error, metadata) => window.settle(slot, error, metadata))
    } catch (error) {
      window.settle(slot, error as KafkaError, failedRecord('', -1))
      return true
    }
  }

  private ask(source: AnyIterator<ProducerRecord<K, V>>): Answer<ProducerRecord<K, V>> {
    try {
      return source.next()
    } catch (error) {
      // Who throws has ended by itself.
      this.source = null
      throw error
    }
  }

  private async answerOf<T>(answer: PromiseLike<T>): Promise<T> {
    this.asking = true
    try {
      return await answer
    } catch (error) {
      this.source = null
      throw error
    } finally {
      this.asking = false
    }
  }
}

function notSent(cause: unknown): KafkaError {
  return new KafkaError('SEND_ABORTED', 'aborted before there was room for the record', { retriable: true, cause })
}

function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as Partial<PromiseLike<T>> | null | undefined)?.then === 'function'
}
