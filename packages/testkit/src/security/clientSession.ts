import type { Clock } from '@posthorn/contracts'
import {
  apiVersions,
  ErrorCode,
  saslAuthenticate,
  type SaslAuthenticateResponse,
  saslHandshake,
  type SaslHandshakeResponse,
} from '@posthorn/protocol'
import type { SaslSettings } from './saslOptions.ts'
import type { ServerAnswer, ServerExchange, ServerMechanism } from './serverMechanism.ts'
import { SaslRefusal } from './serverMechanism.ts'

/** A broker refuses who logs in again sooner than this. */
const minRenewalMs = 1000

/**
 * Who is at the other end of a connection, and what they may send at present.
 *
 * - Where SASL is asked for: ApiVersions and SaslHandshake, then tokens, then everything.
 * - A client may log in again when sessions end (KIP-368): as the same user by the same mechanism, not within a second.
 * - When a session is over, any request but those of a login closes the connection.
 */
export class ClientSession {
  /** `User:ANONYMOUS` where nobody asks, or before a login. */
  principal = 'User:ANONYMOUS'
  readonly #sasl: SaslSettings | null
  readonly #clock: Clock
  #state: 'open' | 'handshake' | 'tokens' | 'bare' | 'failed'
  #mechanism: ServerMechanism | undefined
  #exchange: ServerExchange | undefined
  #authenticatedMs = Number.NEGATIVE_INFINITY
  #endsMs = Number.POSITIVE_INFINITY

  constructor(sasl: SaslSettings | null, clock: Clock) {
    this.#sasl = sasl
    this.#clock = clock
    this.#state = sasl === null ? 'open' : 'handshake'
  }

  /** Whether the login has failed: the broker answers once more and closes. */
  get failed(): boolean {
    return this.#state === 'failed'
  }

  /** Whether the next frame is a token without a header. */
  get expectsBareToken(): boolean {
    return this.#state === 'bare'
  }

  /** Whether the broker reads a request of this API now, or closes the connection. */
  allows(apiKey: number): boolean {
    const begins = apiKey === saslHandshake.key || apiKey === apiVersions.key
    if (this.#state === 'open') return begins || this.#clock.now() < this.#endsMs
    if (this.#state === 'handshake') return begins
    return this.#state === 'tokens' && apiKey === saslAuthenticate.key
  }

  /** Answers SaslHandshake of a version. */
  handshake(name: string, version: number): SaslHandshakeResponse {
    const mechanisms = [...(this.#sasl?.mechanisms.keys() ?? [])]
    const found = this.#sasl?.mechanisms.get(name)
    const isRenewal = this.#state === 'open'
    if (isRenewal && this.#endsMs === Number.POSITIVE_INFINITY) {
      return { errorCode: ErrorCode.ILLEGAL_SASL_STATE, mechanisms: [] }
    }
    if (found === undefined || (isRenewal && found !== this.#mechanism)) {
      this.#state = 'failed'
      return { errorCode: ErrorCode.UNSUPPORTED_SASL_MECHANISM, mechanisms }
    }
    this.#mechanism = found
    this.#exchange = found.start()
    this.#state = version === 0 ? 'bare' : 'tokens'
    return { errorCode: ErrorCode.NONE, mechanisms }
  }

  /** Answers a token. */
  token(token: Uint8Array): SaslAuthenticateResponse {
    const none = { authBytes: new Uint8Array(0), sessionLifetimeMs: 0n }
    if (this.#exchange === undefined) {
      return { errorCode: ErrorCode.ILLEGAL_SASL_STATE, errorMessage: 'no handshake before', ...none }
    }
    try {
      const answer = this.#exchange.answer(token)
      const sessionLifetimeMs = BigInt(answer.user === undefined ? 0 : this.#succeed(answer.user, answer))
      return { errorCode: ErrorCode.NONE, errorMessage: null, authBytes: answer.token, sessionLifetimeMs }
    } catch (error) {
      if (!(error instanceof SaslRefusal)) throw error
      this.#state = 'failed'
      return { errorCode: ErrorCode.SASL_AUTHENTICATION_FAILED, errorMessage: error.message, ...none }
    }
  }

  #succeed(user: string, { lifetimeMs }: ServerAnswer): number {
    const now = this.#clock.now()
    const principal = `User:${user}`
    if (now < this.#authenticatedMs + minRenewalMs) {
      throw new SaslRefusal('Cannot re-authenticate within 1 second of the last authentication')
    }
    if (this.#authenticatedMs > Number.NEGATIVE_INFINITY && principal !== this.principal) {
      throw new SaslRefusal(`Cannot change principals during re-authentication from ${this.principal}: ${principal}`)
    }
    const limits = [this.#sasl?.sessionLifetimeMs ?? 0, Math.floor(lifetimeMs ?? 0)].filter((limit) => limit > 0)
    const lifetime = limits.length === 0 ? 0 : Math.min(...limits)
    this.principal = principal
    this.#exchange = undefined
    this.#authenticatedMs = now
    this.#endsMs = lifetime > 0 ? now + lifetime : Number.POSITIVE_INFINITY
    this.#state = 'open'
    return lifetime
  }
}
