import { ConfigError, ConnectionError } from '@posthorn/contracts'
import type { Credential } from './credential.ts'
import { ask, checkCredential } from './credential.ts'
import type { TokenContext, TokenProvider } from './token.ts'
import { requestToken, shown, Unavailable } from './tokenRequest.ts'

/** Options of {@link clientCredentials}. */
export interface ClientCredentialsOptions {
  /** `sasl.oauthbearer.token.endpoint.url`: where tokens are given. Required; `https:` unless `allowInsecure`. */
  readonly tokenEndpoint: string
  /** `sasl.oauthbearer.client.credentials.client.id`. Required. */
  readonly clientId: Credential
  /** `sasl.oauthbearer.client.credentials.client.secret`. Required. */
  readonly clientSecret: Credential
  /** `sasl.oauthbearer.scope`: scopes to ask for, separated by spaces. Default none. */
  readonly scope?: string | undefined
  /** Further parameters of the request, for example `{ audience: 'kafka' }`. */
  readonly parameters?: Readonly<Record<string, string>> | undefined
  /** How the client says who it is: by the `Authorization` header (`basic`, default) or in the body (`post`). */
  readonly authentication?: 'basic' | 'post' | undefined
  /** Limit for one request, in ms. Default 10000. */
  readonly requestTimeoutMs?: number | undefined
  /** `sasl.login.retry.backoff.ms`: the wait after a first request that failed, in ms. Default 100. */
  readonly retryBackoffMs?: number | undefined
  /** `sasl.login.retry.backoff.max.ms`: the longest such wait, and how long requests are repeated, in ms. Default 10000. */
  readonly retryBackoffMaxMs?: number | undefined
  /** Allows `http:`, where everyone on the way can read the secret. Default false. */
  readonly allowInsecure?: boolean | undefined
  /** Sends requests. Default: the platform's `fetch`. */
  readonly fetch?: typeof fetch | undefined
}

/**
 * Tokens by the client credentials grant of OAuth 2.0 (KIP-768), by `oauth4webapi`. What may pass (no answer, 408, 429, 5xx)
 * is tried again with exponential back-off and then fails with a retriable `ConnectionError`; a refusal is an
 * `AuthenticationError` at once (SAS-13). Neither shows what was sent or received but the service's error code.
 */
export function clientCredentials(options: ClientCredentialsOptions): TokenProvider {
  const { clientId, clientSecret, retryBackoffMs = 100, retryBackoffMaxMs = 10_000 } = options
  const endpoint = checkedEndpoint(options)
  checkCredential('clientId', clientId)
  checkCredential('clientSecret', clientSecret)
  return async (context) => {
    const { clock, signal, logger } = context
    const givesUpAt = clock.now() + retryBackoffMaxMs
    for (let attempt = 0; ; attempt++) {
      try {
        const id = await ask('clientId', clientId, signal)
        const secret = await ask('clientSecret', clientSecret, signal)
        return await requestToken(endpoint, { id, secret }, options, context)
      } catch (error) {
        if (!(error instanceof Unavailable)) throw error
        if (signal.aborted) throw signal.reason
        const waitMs = Math.min(retryBackoffMs * 2 ** attempt, retryBackoffMaxMs) * (0.8 + 0.4 * context.random())
        const text = `no token from ${shown(endpoint)}: ${error.message}`
        if (clock.now() + waitMs > givesUpAt) throw new ConnectionError('CONNECTION_FAILED', text, { retriable: true })
        logger.debug(text, { attempt, waitMs })
        await pause(waitMs, context)
      }
    }
  }
}

function checkedEndpoint({ tokenEndpoint, allowInsecure = false }: ClientCredentialsOptions): URL {
  const url = typeof tokenEndpoint === 'string' ? URL.parse(tokenEndpoint) : null
  if (url === null) throw new ConfigError('tokenEndpoint: expected the URL of a token service')
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && allowInsecure)) {
    throw new ConfigError(`tokenEndpoint: expected https:, received ${url.protocol} (allowInsecure is for http:)`)
  }
  return url
}

function pause(ms: number, { clock, signal }: TokenContext): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      timer.cancel()
      reject(signal.reason as Error)
    }
    const timer = clock.schedule(ms, () => {
      signal.removeEventListener('abort', abort)
      resolve()
    })
    signal.addEventListener('abort', abort, { once: true })
  })
}
