/**
 * One API of Kafka's protocol as a client sees it: a body to bytes and back, without the request's header. The
 * `protocol` package holds one for each API; the control plane of a {@link DeliveryGuard} takes them.
 */
export interface Api<Request, Response> {
  /** Kafka's name, for example `InitProducerId`. */
  readonly name: string
  /** Kafka's API key. */
  readonly key: number
  /** Lowest version that can be spoken. */
  readonly minVersion: number
  /** Highest version that can be spoken. */
  readonly maxVersion: number
  /** First version with compact lengths and tagged fields; the headers change with it. */
  readonly flexibleFrom: number
  /** The body of a request. The result belongs to the caller. */
  encodeRequest(body: Request, version: number): Uint8Array
  /** Reads the body of a response; throws a `MALFORMED_RESPONSE` error when it is damaged. Keeps none of `body`. */
  decodeResponse(body: Uint8Array, version: number): Response
}
