import type { Env, Timer } from '@posthorn/contracts'
import { noTimer } from '@posthorn/contracts'
import { unlessAborted } from './credential.ts'
import type { BearerToken, TokenProvider } from './token.ts'
import { checkedToken } from './token.ts'

/** `sasl.login.refresh.window.factor` and `.jitter`: the part of its life after which a token is replaced. */
const WINDOW_FACTOR = 0.8
const WINDOW_JITTER = 0.05
/** `sasl.login.refresh.min.period.seconds` and `.buffer.seconds`. */
const MIN_PERIOD_MS = 60_000
const BUFFER_MS = 300_000
/** After a refresh that failed, the next. */
const RETRY_MS = 10_000

interface Kept {
  readonly token: BearerToken
  readonly sinceMs: number
}

/**
 * The token of one producer: fetched once for all connections that want it, kept until it expires, and replaced ahead of
 * that in the background (SAS-12), so that a login seldom has to wait.
 */
export class TokenSource {
  readonly #provide: TokenProvider
  readonly #env: Env
  readonly #abort = new AbortController()
  #kept: Kept | null = null
  #fetching: Promise<BearerToken> | null = null
  #timer: Timer = noTimer

  constructor(provide: TokenProvider, env: Env) {
    this.#provide = provide
    this.#env = env
  }

  /** A token that has not expired. */
  get(signal: AbortSignal): BearerToken | Promise<BearerToken> {
    const { token } = this.#kept ?? {}
    if (token?.expiresAtMs !== undefined && this.#env.clock.epochMs() < token.expiresAtMs) return token
    return unlessAborted(this.#fetch(), signal)
  }

  /** A broker refused the token: unless it is new, the next login fetches another. */
  onRefused(token: BearerToken): void {
    const kept = this.#kept
    if (kept?.token === token && this.#env.clock.now() >= kept.sinceMs + MIN_PERIOD_MS) this.#kept = null
  }

  /** Ends what is on its way. */
  close(): void {
    this.#timer.cancel()
    this.#abort.abort(new Error('the producer was closed'))
  }

  #fetch(): Promise<BearerToken> {
    this.#fetching ??= this.#ask().finally(() => {
      this.#fetching = null
    })
    return this.#fetching
  }

  async #ask(): Promise<BearerToken> {
    const { clock, logger } = this.#env
    const random = (): number => this.#env.random()
    const token = checkedToken(await this.#provide({ signal: this.#abort.signal, clock, random, logger }))
    this.#kept = { token, sinceMs: clock.now() }
    if (token.expiresAtMs !== undefined) {
      this.#refreshIn(refreshDelay(token.expiresAtMs - clock.epochMs(), random()))
    }
    return token
  }

  #refreshIn(ms: number): void {
    this.#timer.cancel()
    if (this.#abort.signal.aborted) return
    const refresh = (): void => {
      this.#fetch().catch((error: unknown) => {
        if (this.#abort.signal.aborted) return
        this.#env.logger.warn('no new token yet; the old one is used as long as it holds', { error })
        this.#refreshIn(RETRY_MS)
      })
    }
    this.#timer = this.#env.clock.schedule(ms, refresh, true)
  }
}

/** How long after now a token that lives so long is replaced; the margins give way where its life is too short for both. */
export function refreshDelay(lifeMs: number, chance: number): number {
  const wanted = lifeMs * (WINDOW_FACTOR + WINDOW_JITTER * chance)
  if (lifeMs < MIN_PERIOD_MS + BUFFER_MS) return wanted
  return Math.max(Math.min(wanted, lifeMs - BUFFER_MS), MIN_PERIOD_MS)
}
