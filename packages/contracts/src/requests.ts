import type { Api } from './api.ts'
import type { Metric } from './metrics.ts'

/** A broker and where it is, as a coordinator is told (FindCoordinator). */
export interface BrokerNode {
  /** The broker's id. */
  readonly nodeId: number
  /** Host name or address. */
  readonly host: string
  /** Port. */
  readonly port: number
}

/** Where a request of a plugin goes: a broker, by id or by id and address, or any (the least loaded). */
export type RequestTarget = number | BrokerNode | 'any'

/** What it takes to talk to brokers over the producer's connections. */
export interface RequestPlane {
  /** Highest version of an API that a connected broker speaks; `null` when that is not known now. */
  maxVersion(apiKey: number, nodeId: number): number | null
  /**
   * Sends a request and resolves with the decoded answer. Rejects with a `KafkaError` when no broker could be reached
   * within `requestTimeoutMs`, when the connection was lost, when no version fits, or when `signal` aborts. Never retries
   * by itself.
   */
  request<Request, Response>(
    api: Api<Request, Response>,
    body: Request,
    to: RequestTarget,
    signal?: AbortSignal,
  ): Promise<Response>
}

/** What a producer lends to its hooks, from `onStart` to `onClose`. */
export interface ProducerServices extends RequestPlane {
  /** The producer's metrics, as the application gets them. Made anew for each call; none after close. */
  metrics(): readonly Metric[]
}
