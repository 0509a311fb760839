import type { Clock, Logger } from '@posthorn/contracts'

/** A token as a provider gives it. */
export interface BearerToken {
  /** The token itself: what stands behind `Bearer`. */
  readonly value: string
  /** When it expires, ms since 1970. Without it the token is not kept: the next login asks for another. */
  readonly expiresAtMs?: number | undefined
  /** Extensions that travel with it (KIP-342). */
  readonly extensions?: Readonly<Record<string, string>> | undefined
}

/** What a provider may use. */
export interface TokenContext {
  /** Aborts when the producer is closed. */
  readonly signal: AbortSignal
  /** The producer's clock: where waits and deadlines come from. */
  readonly clock: Clock
  /** The producer's randomness, uniform in [0, 1). */
  random(): number
  /** The producer's logger. */
  readonly logger: Logger
}

/** Gives a token; a string is one that is not kept. Called once for all connections that wait for it. */
export type TokenProvider = (context: TokenContext) => string | BearerToken | Promise<string | BearerToken>

/** Reads what a provider gave; throws an error that does not show it. */
export function checkedToken(given: unknown): BearerToken {
  if (typeof given === 'string' && given !== '') return { value: given }
  const { value, expiresAtMs } = (given ?? {}) as Partial<Record<keyof BearerToken, unknown>>
  if (typeof value !== 'string' || value === '') throw new Error('the token provider gave no token')
  if (expiresAtMs !== undefined && !Number.isFinite(expiresAtMs)) {
    throw new Error('the token provider gave a token whose expiresAtMs is no number')
  }
  return given as BearerToken
}
