import { randomBytes } from 'node:crypto'
import type { Plugin, SaslMechanism } from '@posthorn/contracts'
import { AuthenticationError, ConfigError } from '@posthorn/contracts'
import type { Credential } from './credential.ts'
import { ask, checkCredential, unlessAborted, withBoth } from './credential.ts'
import { ScramKeys } from './scramKeys.ts'
import type { ScramHash } from './scramKeys.ts'
import { scramSession } from './scramSession.ts'

/** Options of {@link scramSha256} and {@link scramSha512}. */
export interface ScramOptions {
  /** Who logs in; with `tokenAuth` the id of a delegation token. Required. */
  readonly username: Credential
  /** The password, or the HMAC of the delegation token. Required. */
  readonly password: Credential
  /** `username` and `password` are those of a delegation token (KIP-48). Default false. */
  readonly tokenAuth?: boolean | undefined
  /**
   * Prepares name and password by SASLprep (RFC 4013), as RFC 5802 asks. Kafka's brokers and Java clients do not: there a
   * password that SASLprep changes, such as one with a ligature or a no-break space, works only as it is. Default false.
   * ASCII is the same either way.
   */
  readonly saslPrep?: boolean | undefined
  /**
   * The most rounds of PBKDF2 that a broker may ask for, 4096 to 10000000. Default 100000; Kafka's own tools store at most
   * 16384. Fewer than 4096 are always refused.
   */
  readonly maxIterations?: number | undefined
}

/** Fewest rounds that a broker may ask for (RFC 7677). */
const MIN_ITERATIONS = 4096
const DEFAULT_MAX_ITERATIONS = 100_000

/** SCRAM-SHA-256 (RFC 5802, RFC 7677): proves the password without sending it, and has the broker prove itself. */
export function scramSha256(options: ScramOptions): Plugin<SaslMechanism> {
  return scram('SHA-256', options, secureNonce)
}

/** SCRAM-SHA-512: the same with the longer hash. */
export function scramSha512(options: ScramOptions): Plugin<SaslMechanism> {
  return scram('SHA-512', options, secureNonce)
}

/** The mechanism for a hash; `makeNonce` is something else than chance only in tests. */
export function scram(hash: ScramHash, options: ScramOptions, makeNonce: () => string): Plugin<SaslMechanism> {
  const { username, password, tokenAuth = false, saslPrep = false, maxIterations = DEFAULT_MAX_ITERATIONS } = options
  checkCredential('username', username)
  checkCredential('password', password)
  if (!Number.isInteger(maxIterations) || maxIterations < MIN_ITERATIONS || maxIterations > 10_000_000) {
    throw new ConfigError(
      `maxIterations: expected a whole number from ${MIN_ITERATIONS} to 10000000, received ${maxIterations}`,
    )
  }
  const prepare = saslPrep ? prepared : asGiven
  return () => {
    const keys = new ScramKeys(hash)
    return {
      name: `SCRAM-${hash}`,
      start(_to, signal) {
        const name = ask('username', username, signal)
        const secret = ask('password', password, signal)
        const session = withBoth(prepare(name), prepare(secret), (preparedName, preparedSecret) =>
          scramSession({
            keys,
            username: preparedName,
            password: preparedSecret,
            nonce: makeNonce(),
            tokenAuth,
            iterations: { min: MIN_ITERATIONS, max: maxIterations },
          }),
        )
        return session instanceof Promise ? unlessAborted(session, signal) : session
      },
    }
  }
}

type Text = string | Promise<string>

function asGiven(text: Text): Text {
  return text
}

/** What the library says of a text shows the text, so it stays here. */
async function prepared(text: Text): Promise<string> {
  const given = await text
  // Loaded by those who ask for it: its tables take 4 MB of memory.
  const { saslprep } = await import('@mongodb-js/saslprep')
  try {
    return saslprep(given)
  } catch {
    const message = 'the name or password has a character that SASLprep prohibits'
    throw new AuthenticationError('SASL_AUTHENTICATION_FAILED', message)
  }
}

/** A nonce that could be guessed would let a broker's old answers be played again: it is no matter for the producer's own chance. */
function secureNonce(): string {
  return randomBytes(24).toString('base64')
}
