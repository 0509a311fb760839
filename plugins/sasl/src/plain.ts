import type { Plugin, SaslMechanism, SaslSession } from '@posthorn/contracts'
import { AuthenticationError } from '@posthorn/contracts'
import type { Credential } from './credential.ts'
import { ask, checkCredential, unlessAborted, withBoth } from './credential.ts'

/** Options of {@link plain}. */
export interface PlainOptions {
  /** Who logs in. Required. */
  readonly username: Credential
  /** The password. Required. */
  readonly password: Credential
  /** Allows a transport that does not encrypt, where everyone on the way can read the password. Default false. */
  readonly allowPlaintext?: boolean | undefined
}

/**
 * PLAIN (RFC 4616): sends name and password as they are. Throws a `ConfigError` when one is missing; the producer refuses it
 * on a transport that is not secure, unless `allowPlaintext` says otherwise.
 */
export function plain(options: PlainOptions): Plugin<SaslMechanism> {
  const { username, password, allowPlaintext = false } = options
  checkCredential('username', username)
  checkCredential('password', password)
  return () => ({
    name: 'PLAIN',
    plaintext: !allowPlaintext,
    start(_to, signal) {
      const name = ask('username', username, signal)
      const session = withBoth(name, ask('password', password, signal), sessionOf)
      return session instanceof Promise ? unlessAborted(session, signal) : session
    },
  })
}

function sessionOf(username: string, password: string): SaslSession {
  if (username.includes('\0') || password.includes('\0')) {
    throw new AuthenticationError(
      'SASL_AUTHENTICATION_FAILED',
      'PLAIN cannot carry a name or password with a NUL in it',
    )
  }
  return {
    first: new TextEncoder().encode(`\0${username}\0${password}`),
    step(challenge) {
      if (challenge.length > 0) throw new Error('the broker answered PLAIN with a challenge, which PLAIN does not have')
      return { response: null, done: true }
    },
  }
}
