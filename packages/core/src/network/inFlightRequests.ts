import type { OutgoingRequest } from './outgoingRequest.ts'

/** A request that waits for its answer. */
export interface InFlightRequest {
  readonly request: OutgoingRequest
  readonly sentMs: number
  /** When it has waited too long. */
  deadlineMs: number
}

/** The requests of one connection that wait for answers; answers come in the order of requests (NET-05). */
export class InFlightRequests {
  private readonly requests: InFlightRequest[] = []

  get size(): number {
    return this.requests.length
  }

  /** The request whose answer comes next. */
  get first(): InFlightRequest | undefined {
    return this.requests[0]
  }

  add(request: OutgoingRequest, sentMs: number): void {
    this.requests.push({ request, sentMs, deadlineMs: sentMs + request.timeoutMs })
  }

  takeFirst(): InFlightRequest | undefined {
    return this.requests.shift()
  }

  remove(request: OutgoingRequest): void {
    const at = this.requests.findIndex((entry) => entry.request === request)
    if (at >= 0) this.requests.splice(at, 1)
  }

  /** Takes all out, oldest first. */
  takeAll(): InFlightRequest[] {
    return this.requests.splice(0)
  }

  /** Gives every request `ms` more time. */
  prolong(ms: number): void {
    for (const entry of this.requests) entry.deadlineMs += ms
  }

  /** The earliest time at which a request has waited too long; `Infinity` when none waits. */
  nextDeadline(): number {
    let earliest = Number.POSITIVE_INFINITY
    for (const { deadlineMs } of this.requests) earliest = Math.min(earliest, deadlineMs)
    return earliest
  }
}
