import type { KafkaError } from '@posthorn/contracts'

/** What a connection needs to know of an API. */
export interface ApiId {
  readonly name: string
  readonly key: number
  readonly flexibleFrom: number
}

/** A request on its way out, complete with its frame. Exactly one of `onResponse` and `onFailure` is called, once. */
export interface OutgoingRequest {
  readonly api: ApiId
  readonly version: number
  readonly correlationId: number
  /** The whole frame, in pieces for one gathered write. */
  readonly chunks: readonly Uint8Array[]
  /** Bytes of `chunks`. */
  readonly bytes: number
  /** True for a token of SASL that has no header, nor has what is answered (SaslHandshake v0). */
  readonly bare?: boolean
  /** False for produce with acks=0: the request is over when it is written (NET-06). */
  readonly expectsResponse: boolean
  /** How long to wait for the answer, in ms. */
  readonly timeoutMs: number
  /** The memory of `chunks` is no longer read. Called once in any case. */
  onReleased(): void
  /** The body of the answer, valid during the call; empty when none is expected. What it throws ends the connection. */
  onResponse(body: Uint8Array, latencyMs: number): void
  /** There will be no answer. */
  onFailure(error: KafkaError): void
}
