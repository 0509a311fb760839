import { AuthenticationError } from '@posthorn/contracts'
import {
  allowInsecureRequests,
  clientCredentialsGrantRequest,
  ClientSecretBasic,
  ClientSecretPost,
  customFetch,
  processClientCredentialsResponse,
  ResponseBodyError,
} from 'oauth4webapi'
import type { ClientCredentialsOptions } from './clientCredentials.ts'
import type { BearerToken, TokenContext } from './token.ts'

/** A token that cannot be had at present, for a reason that may pass. */
export class Unavailable extends Error {
  override readonly name: string = 'Unavailable'
}

/** Where tokens come from, without what a query may hold. */
export function shown(endpoint: URL): string {
  return endpoint.origin + endpoint.pathname
}

/** One request for a token. Errors of the library carry what was answered, so none of them gets out. */
export async function requestToken(
  endpoint: URL,
  client: { readonly id: string; readonly secret: string },
  options: ClientCredentialsOptions,
  { clock, signal }: TokenContext,
): Promise<BearerToken> {
  const server = { issuer: endpoint.origin, token_endpoint: endpoint.href }
  const { scope, parameters = {}, authentication = 'basic', requestTimeoutMs = 10_000 } = options
  const prove = authentication === 'post' ? ClientSecretPost(client.secret) : ClientSecretBasic(client.secret)
  const deadline = new AbortController()
  const timer = clock.schedule(requestTimeoutMs, () => deadline.abort())
  const askedAt = clock.epochMs()
  try {
    const response = await clientCredentialsGrantRequest(
      server,
      { client_id: client.id },
      prove,
      { ...parameters, ...(scope !== undefined && { scope }) },
      {
        signal: AbortSignal.any([signal, deadline.signal]),
        [customFetch]: options.fetch ?? fetch,
        [allowInsecureRequests]: options.allowInsecure === true,
      },
    ).catch((error: unknown) => {
      throw new Unavailable(deadline.signal.aborted ? `no answer within ${requestTimeoutMs} ms` : reasonOf(error))
    })
    const { status } = response
    if (status >= 500 || status === 429 || status === 408) throw new Unavailable(`status ${status}`)
    const answer = await processClientCredentialsResponse(server, { client_id: client.id }, response).catch(
      (error: unknown) => {
        const code = error instanceof ResponseBodyError && /^[a-z_]{1,60}$/.test(error.error) ? ` ${error.error}` : ''
        throw refusal(endpoint, status === 200 ? 'the answer is not one of OAuth 2.0' : `status ${status}${code}`)
      },
    )
    return { value: answer.access_token, expiresAtMs: expiry(answer.access_token, answer.expires_in, askedAt) }
  } finally {
    timer.cancel()
  }
}

function refusal(endpoint: URL, why: string): AuthenticationError {
  return new AuthenticationError('SASL_AUTHENTICATION_FAILED', `${shown(endpoint)} gave no token: ${why}`)
}

/** Why there is no answer: Node's code says it best, `ECONNREFUSED` for instance. */
function reasonOf(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as NodeJS.ErrnoException
    if (typeof code === 'string' && /^[A-Z][A-Z_0-9]+$/.test(code)) return code
  }
  return 'the request failed'
}

/** When a token expires: as the service says, else as the token itself does. */
function expiry(token: string, expiresIn: number | undefined, askedAt: number): number | undefined {
  if (expiresIn !== undefined) return askedAt + expiresIn * 1000
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    const { exp } = claims as { readonly exp?: unknown }
    return typeof exp === 'number' ? exp * 1000 : undefined
  } catch {
    return undefined
  }
}
