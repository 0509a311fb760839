import type { RecordHeaders } from './record.ts'

/** A key or value on the wire. A string is written as UTF-8. */
export type Serialized = Uint8Array | string | null

/** Turns keys or values into bytes (`key.serializer`, `value.serializer`). */
export interface Serializer<T> {
  /** Shown in errors, for example `json`. */
  readonly name: string
  /**
   * The bytes of `value`. The producer copies them before the next record is sent, so a serializer may reuse its
   * memory. May add headers during the call, or until the promise settles. Never called with `null` or `undefined`:
   * those are Kafka's null. Throws or rejects to refuse the value; the send fails with `SERIALIZATION_FAILED`.
   * Records of a topic are sent in the order of their `send`, also when promises settle in another order.
   */
  serialize(topic: string, value: T, headers: RecordHeaders): Serialized | PromiseLike<Serialized>
  /** Called once when the producer closes. Optional. */
  close?(): void
}
