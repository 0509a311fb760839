import type { Clock, Logger, Timer } from '@posthorn/contracts'
import { noTimer } from '@posthorn/contracts'
import type { BrokerVersions } from './brokerVersions.ts'
import type { LoginParts } from './saslLogin.ts'
import { login } from './saslLogin.ts'

/** Brokers refuse who authenticates again within a second; ours begins when the broker's answer has come (REA-04). */
const MIN_RENEWAL_MS = 1000
/** Part of a session's lifetime after which it is renewed: at a random point between the two (REA-01). */
const RENEWAL_FROM = 0.85
const RENEWAL_TO = 0.95

/** What the authentication of one connection is made of. */
export interface AuthenticationParts extends Omit<LoginParts, 'onThinking' | 'onBegin'> {
  readonly clock: Clock
  readonly random: () => number
  readonly logger: Logger
  /** Something may be possible now that was not before, or has another deadline. */
  wake(): void
  /** The session could not be renewed: the connection is of no use once what is in flight has been answered. */
  onLost(error: unknown): void
}

/**
 * Who we are to the broker at the other end of a connection: logs in when it is new, and again before the session ends
 * (KIP-368), on the same connection and between requests. Answers to requests from before come in their order, ahead of
 * the broker's first word on SASL, so nothing has to be kept (REA-03).
 */
export class Authentication {
  private readonly parts: AuthenticationParts
  private renewAtMs = Number.POSITIVE_INFINITY
  private endsAtMs = Number.POSITIVE_INFINITY
  private thinkingSinceMs = Number.POSITIVE_INFINITY
  private running = false
  private exclusive = false
  private timer: Timer = noTimer

  constructor(parts: AuthenticationParts) {
    this.parts = parts
  }

  /** Name of the mechanism. */
  get mechanism(): string {
    return this.parts.mechanism.name
  }

  /** Whether requests may be sent: not between the tokens, and not in a session that is over. */
  allowsRequests(now: number): boolean {
    return !this.exclusive && now < this.endsAtMs
  }

  /** When the mechanism has kept us waiting for too long, if it may for `patienceMs`; `Infinity` while it does not. */
  nextDeadline(patienceMs: number): number {
    return this.thinkingSinceMs + patienceMs
  }

  /** The first login, before any request. Rejects when it fails. */
  async begin(versions: BrokerVersions): Promise<void> {
    await this.run(versions)
  }

  /**
   * Logs in again if it is time. To be called when a request is about to be sent (REA-02): an idle connection need not
   * keep its session. A mechanism that starts at once has the request wait; one that has to fetch something lets requests
   * go until it has it.
   */
  renew(versions: BrokerVersions, now: number): void {
    if (this.running || now < this.renewAtMs) return
    this.run(versions).catch((error: unknown) => {
      this.exclusive = true
      this.parts.onLost(error)
    })
  }

  /** The connection is over. */
  close(): void {
    this.timer.cancel()
  }

  private async run(versions: BrokerVersions): Promise<void> {
    const { clock, random, logger, broker, mechanism } = this.parts
    this.running = true
    const onThinking = (thinking: boolean): void => {
      this.thinkingSinceMs = thinking ? clock.now() : Number.POSITIVE_INFINITY
      this.parts.wake()
    }
    const onBegin = (): void => {
      this.exclusive = true
    }
    try {
      const lifetimeMs = await login({ ...this.parts, onThinking, onBegin }, versions)
      const now = clock.now()
      this.renewAtMs = renewalTime(lifetimeMs, now, random)
      this.endsAtMs = lifetimeMs > 0 ? now + lifetimeMs : Number.POSITIVE_INFINITY
      this.exclusive = false
      this.timer.cancel()
      // Only a session that ends before it may be renewed leaves a time in which nothing would happen by itself.
      if (this.endsAtMs < this.renewAtMs) {
        this.timer = clock.schedule(this.renewAtMs - now, () => this.parts.wake(), true)
      }
      logger.debug('authenticated', { broker, mechanism: mechanism.name, lifetimeMs })
    } finally {
      this.running = false
    }
    this.parts.wake()
  }
}

/** When a session that began at `now` has to be renewed, `Infinity` for one that does not end. */
function renewalTime(lifetimeMs: number, now: number, random: () => number): number {
  if (lifetimeMs <= 0) return Number.POSITIVE_INFINITY
  const part = RENEWAL_FROM + (RENEWAL_TO - RENEWAL_FROM) * random()
  return now + Math.max(MIN_RENEWAL_MS, lifetimeMs * part)
}
