/**
 * What is to become of a request that was seized. Members work together and take effect in the order in which they are
 * listed; an empty action lets the request pass.
 */
export interface FaultAction {
  /** Holds the request back for so long before anything else. Later requests of the connection wait behind it. */
  readonly delayBeforeMs?: number | undefined
  /** Cuts the connection instead of doing anything: the request is lost. */
  readonly cutBefore?: boolean | undefined
  /** Answers with this error, by name or number, wherever the answer has room for one; the request is not run. */
  readonly error?: string | number | undefined
  /** Answers with this body; the request is not run. */
  readonly answer?: unknown
  /** Changes the answer, whoever made it. */
  readonly change?: ((answer: never) => unknown) | undefined
  /** Holds the answer back for so long, after the request was run. */
  readonly delayAfterMs?: number | undefined
  /** Cuts the connection instead of answering: the request was run, and its sender cannot know. */
  readonly cutAfter?: boolean | undefined
  /**
   * Loses the answer. So that no later answer takes its place, the connection stays open and answers nothing any more,
   * while requests on it are still run: a link that died in one direction.
   */
  readonly drop?: boolean | undefined
  /**
   * Sends other bytes in place of the answer: these, or `garbage` (a frame of random bytes), or `partial` (the first
   * half of the answer, then the connection is cut).
   */
  readonly send?: 'garbage' | 'partial' | Uint8Array | undefined
}

/** A request as a fault handler sees it. */
export interface SeizedRequest {
  /** Id of the broker that received it. */
  readonly broker: number
  /** Kafka's API key. */
  readonly apiKey: number
  /** Kafka's name of the API. */
  readonly apiName: string
  /** Version of the request. */
  readonly version: number
  /** Correlation id. */
  readonly correlationId: number
  /** Client id. */
  readonly clientId: string | null
  /** Number of the connection, in the order in which they were opened. */
  readonly connection: number
  /** The decoded request. */
  readonly body: unknown
  /** Names of the topics that it is about. */
  readonly topics: readonly string[]
  /** When it was received, `now()` of the cluster's clock. */
  readonly at: number
}

/** Decides about a request. Nothing, or a promise of nothing, lets it pass to the next handler. */
export type FaultHandler = (request: SeizedRequest) => FaultAction | undefined | Promise<FaultAction | undefined>
