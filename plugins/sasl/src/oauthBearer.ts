import type { Env, Plugin, SaslMechanism, SaslSession } from '@posthorn/contracts'
import { ConfigError } from '@posthorn/contracts'
import type { SaslExtensions } from './bearerMessage.ts'
import { ACKNOWLEDGEMENT, bearerMessage } from './bearerMessage.ts'
import type { BearerToken, TokenProvider } from './token.ts'
import { TokenSource } from './tokenSource.ts'

/** Options of {@link oauthBearer}. */
export interface OauthBearerOptions {
  /** Gives tokens: a function, such as `clientCredentials` makes one. Required. */
  readonly token: TokenProvider
  /** SASL extensions that travel with every token (KIP-342), such as `logicalCluster`; those of a token win. */
  readonly extensions?: SaslExtensions | undefined
  /** Allows a transport that does not encrypt, where everyone on the way can take the token. Default false. */
  readonly allowPlaintext?: boolean | undefined
}

/**
 * OAUTHBEARER (RFC 7628, KIP-255): sends a token that somebody else has issued. Tokens that say when they expire are
 * shared by all connections and replaced in time. Throws a `ConfigError` without a provider.
 */
export function oauthBearer(options: OauthBearerOptions): Plugin<SaslMechanism> {
  const { token: provide, extensions = {}, allowPlaintext = false } = options
  if (typeof provide !== 'function') {
    throw new ConfigError(`token: expected a function that gives a token, received ${typeof provide}`)
  }
  return (env: Env): SaslMechanism => {
    const source = new TokenSource(provide, env)
    const sessionOf = (token: BearerToken): SaslSession =>
      bearerSession(bearerMessage(token.value, { ...extensions, ...token.extensions }), () => source.onRefused(token))
    return {
      name: 'OAUTHBEARER',
      plaintext: !allowPlaintext,
      start(_to, signal) {
        const token = source.get(signal)
        return token instanceof Promise ? token.then(sessionOf) : sessionOf(token)
      },
      close: () => source.close(),
    }
  }
}

/** The broker says nothing to a token that it takes, and why to one that it does not: then we ask for its error. */
function bearerSession(first: Uint8Array, onRefused: () => void): SaslSession {
  let over = false
  return {
    first,
    step(challenge) {
      if (over) throw new Error('the broker has taken or refused the token, and then went on')
      over = true
      if (challenge.length === 0) return { response: null, done: true }
      onRefused()
      return { response: ACKNOWLEDGEMENT.slice(), done: false }
    },
  }
}
