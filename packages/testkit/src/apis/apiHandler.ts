import type { ServerApi } from '@posthorn/protocol'
import type { Broker, ListenerName } from '../cluster/broker.ts'
import type { ClusterState } from '../cluster/clusterState.ts'
import type { ClientSession } from '../security/clientSession.ts'

/** What an API knows of a request beside its body. */
export interface RequestContext {
  readonly cluster: ClusterState
  /** The broker that received it. */
  readonly broker: Broker
  /** How the client reached the broker: it is told addresses of this listener. */
  readonly listener: ListenerName
  readonly version: number
  /** Who the client is. */
  readonly session: ClientSession
}

/** Stands for an answer: nothing is sent, as after a request with acks=0. */
export const noAnswer: unique symbol = Symbol('noAnswer')
/** Stands for an answer: the broker closes the connection. */
export const closeConnection: unique symbol = Symbol('closeConnection')

/** What an API does with a request. */
export type Outcome<Response> = Response | typeof noAnswer | typeof closeConnection

/** One API as a broker serves it. */
export interface ApiHandler<Request, Response> {
  readonly api: ServerApi<Request, Response>
  /** Lowest version served. */
  readonly minVersion: number
  /** Highest version served. */
  readonly maxVersion: number
  /** Lowest version that ApiVersions claims, where it is not `minVersion`. */
  readonly advertisedMinVersion?: number
  /** Names of the topics that a request is about. */
  topics?(request: Request, context: RequestContext): readonly string[]
  /** Kafka's error number when the client may not ask this at all; 0 otherwise, or where only parts are refused. */
  authorize?(request: Request, context: RequestContext): number
  /** Does what is asked and answers it. */
  handle(request: Request, context: RequestContext): Outcome<Response> | Promise<Outcome<Response>>
  /** The answer that has `errorCode` wherever there is room for one. */
  fail(request: Request, errorCode: number, context: RequestContext): Outcome<Response>
}
