import type { Api, BrokerNode, Clock, KafkaError, RequestTarget } from '@posthorn/contracts'
import { AuthenticationError, TimeoutError } from '@posthorn/contracts'
import { encodeRequest } from '@posthorn/protocol'
import type { NetworkClient } from '../network/networkClient.ts'
import { pauseAskedFor } from '../network/throttling.ts'

interface Waiting {
  readonly api: Api<unknown, unknown>
  readonly body: unknown
  readonly to: RequestTarget
  readonly deadlineMs: number
  settle(error: KafkaError | null, response?: unknown): void
}

/** What control requests need. */
export interface ControlRequestParts {
  readonly client: NetworkClient
  readonly clock: Clock
  readonly clientId: string
  readonly requestTimeoutMs: number
  wake(): void
}

/** Requests of a delivery guard: each waits for a broker that takes it, as every other request does. */
export class ControlRequests {
  private readonly parts: ControlRequestParts
  private waiting: Waiting[] = []
  private unanswered = 0

  constructor(parts: ControlRequestParts) {
    this.parts = parts
  }

  /** Whether any request waits for a broker or an answer. */
  get busy(): boolean {
    return this.waiting.length > 0 || this.unanswered > 0
  }

  /** See {@link ControlPlane.request}. */
  request<Request, Response>(
    api: Api<Request, Response>,
    body: Request,
    to: RequestTarget,
    signal?: AbortSignal,
  ): Promise<Response> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason as Error)
        return
      }
      const onAbort = (): void => {
        this.waiting = this.waiting.filter((other) => other !== entry)
        // Its deadline is over with it: the loop sets its timer anew, or none.
        this.parts.wake()
        reject(signal?.reason as Error)
      }
      const entry: Waiting = {
        api,
        body,
        to,
        deadlineMs: this.parts.clock.now() + this.parts.requestTimeoutMs,
        settle: (error, response) => {
          signal?.removeEventListener('abort', onAbort)
          if (error === null) resolve(response as Response)
          else reject(error)
        },
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.waiting.push(entry)
      this.parts.wake()
    })
  }

  /** Sends what a broker takes now; ends what has waited too long. */
  poll(now: number): void {
    if (this.waiting.length === 0) return
    const still: Waiting[] = []
    const tried = this.waiting
    this.waiting = []
    for (const entry of tried) {
      if (entry.deadlineMs <= now) entry.settle(this.timeout(entry))
      else if (!this.trySend(entry, now)) still.push(entry)
    }
    this.waiting = [...still, ...this.waiting]
  }

  /** When a wait ends; `Infinity` for none. */
  nextDeadline(): number {
    return this.waiting.reduce((earliest, entry) => Math.min(earliest, entry.deadlineMs), Number.POSITIVE_INFINITY)
  }

  /** Whether a connection to the broker is wanted. */
  wants(nodeId: number): boolean {
    return this.waiting.some(({ to }) => to === 'any' || idOf(to) === nodeId)
  }

  /** Fails what waits for a broker; answers still to come fail with their connections. */
  failAll(error: KafkaError): void {
    for (const entry of this.waiting.splice(0)) entry.settle(error)
  }

  /**
   * A connection to a broker, or an attempt at one, has failed: what waits for just this broker need not wait, nor, when
   * it refused who we are, what waits for any (NET-20).
   */
  onDisconnect(nodeId: number, error: KafkaError): void {
    const isRefusal = error instanceof AuthenticationError
    const lost = this.waiting.filter(({ to }) => (to === 'any' ? isRefusal : idOf(to) === nodeId))
    if (lost.length === 0) return
    this.waiting = this.waiting.filter((entry) => !lost.includes(entry))
    for (const entry of lost) entry.settle(error)
  }

  private trySend(entry: Waiting, now: number): boolean {
    const { client, clientId, requestTimeoutMs } = this.parts
    const { api, body } = entry
    const nodeId = this.nodeOf(entry.to, now)
    if (nodeId === null || !client.ready(nodeId, now)) return false
    let version: number
    let frame: Uint8Array
    const correlationId = client.correlationIds.next()
    try {
      version = client.versions(nodeId).choose(api, client.nameOf(nodeId))
      frame = encodeRequest(api, version, correlationId, clientId, api.encodeRequest(body, version))
    } catch (error) {
      entry.settle(error as KafkaError)
      return true
    }
    this.unanswered++
    client.send(nodeId, {
      api,
      version,
      correlationId,
      chunks: [frame],
      bytes: frame.length,
      expectsResponse: true,
      timeoutMs: requestTimeoutMs,
      onReleased: () => {},
      onResponse: (answer) => {
        const response = api.decodeResponse(answer, version)
        this.unanswered--
        client.throttle(nodeId, api.name, pauseAskedFor(api, version, response), this.parts.clock.now())
        entry.settle(null, response)
      },
      onFailure: (error) => {
        this.unanswered--
        entry.settle(error)
      },
    })
    return true
  }

  private nodeOf(to: RequestTarget, now: number): number | null {
    const { client } = this.parts
    if (to === 'any') return client.leastLoaded(now)
    // A coordinator may be a broker that the latest metadata did not list.
    if (typeof to !== 'number' && !client.knows(to.nodeId)) client.setAddress({ ...to, purpose: 'broker' })
    return idOf(to)
  }

  private timeout({ api }: Waiting): KafkaError {
    const { client, requestTimeoutMs } = this.parts
    const message = `no broker took a request (${api.name}) within ${requestTimeoutMs} ms (requestTimeoutMs)`
    return new TimeoutError('REQUEST_TIMED_OUT', message, { retriable: true, cause: client.lastError ?? undefined })
  }
}

function idOf(to: number | BrokerNode): number {
  return typeof to === 'number' ? to : to.nodeId
}
