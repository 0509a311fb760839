import { ConfigError } from '@posthorn/contracts'
import type { TokenProvider } from './token.ts'

/** Options of {@link unsecuredToken}. */
export interface UnsecuredTokenOptions {
  /** `unsecuredLoginStringClaim_sub`: whom the token names. Required. */
  readonly subject: string
  /** `unsecuredLoginLifetimeSeconds`, in ms. Default 3600000. */
  readonly lifetimeMs?: number | undefined
  /** `unsecuredLoginListClaim_scope`. Default none. */
  readonly scope?: readonly string[] | undefined
}

/**
 * Tokens without a signature, which Kafka's brokers take in their development set-up (KIP-255). Whoever makes one is
 * believed: never for production.
 */
export function unsecuredToken(options: UnsecuredTokenOptions): TokenProvider {
  const { subject, lifetimeMs = 3_600_000, scope } = options
  if (typeof subject !== 'string' || subject === '') {
    throw new ConfigError(`subject: expected a string that is not empty, received ${typeof subject}`)
  }
  return ({ clock }) => {
    const now = clock.epochMs()
    const expiresAtMs = now + lifetimeMs
    const claims = { sub: subject, iat: now / 1000, exp: expiresAtMs / 1000, ...(scope !== undefined && { scope }) }
    return { value: `${encoded({ alg: 'none' })}.${encoded(claims)}.`, expiresAtMs }
  }
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
