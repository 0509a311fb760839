import { readFile } from 'node:fs/promises'
import type { Plugin, SaslMechanism } from '@posthorn/contracts'
import { clientCredentials, oauthBearer, plain, scramSha256, scramSha512, type TokenProvider } from '@posthorn/sasl'
import type { ClientCredentialsProperties, SaslProperties, UnsecuredTokenProperties } from './saslProperties.ts'

/** What a login from a properties file needs in so many words. */
export interface SaslPropertiesOptions {
  /**
   * Allows PLAIN and OAUTHBEARER over a transport that does not encrypt (SASL_PLAINTEXT), where everyone on the way can
   * read the password or the token, and a token endpoint by `http:`. Default false.
   */
  readonly allowPlaintext?: boolean | undefined
}

/** The mechanism for the `sasl.*` keys. */
export function saslOfProperties(
  properties: SaslProperties,
  { allowPlaintext = false }: SaslPropertiesOptions,
): Plugin<SaslMechanism> {
  if (properties.mechanism === 'OAUTHBEARER') {
    return oauthBearer({
      token: providerOf(properties, allowPlaintext),
      extensions: properties.extensions,
      allowPlaintext,
    })
  }
  const { mechanism, username, password, delegationToken } = properties
  if (mechanism === 'PLAIN') return plain({ username, password, allowPlaintext })
  return (mechanism === 'SCRAM-SHA-256' ? scramSha256 : scramSha512)({
    username,
    password,
    tokenAuth: delegationToken,
  })
}

function providerOf(
  properties: Exclude<SaslProperties, { readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512' }>,
  allowInsecure: boolean,
): TokenProvider {
  if (properties.source === 'unsecured') return unsecured(properties)
  if (properties.source === 'client-credentials') return fromEndpoint(properties, allowInsecure)
  const { file } = properties
  return async ({ signal }) => (await readFile(file, { encoding: 'utf8', signal })).trim()
}

function fromEndpoint(
  { tokenEndpointUrl, clientId, clientSecret, scope, settings }: ClientCredentialsProperties,
  allowInsecure: boolean,
): TokenProvider {
  return clientCredentials({
    tokenEndpoint: tokenEndpointUrl,
    clientId,
    clientSecret,
    scope,
    requestTimeoutMs: settings.readTimeoutMs ?? settings.connectTimeoutMs,
    retryBackoffMs: settings.retryBackoffMs,
    retryBackoffMaxMs: settings.retryBackoffMaxMs,
    allowInsecure,
  })
}

/** A token without a signature, with the claims of the file. */
function unsecured({ claims, lifetimeSeconds }: UnsecuredTokenProperties): TokenProvider {
  return ({ clock }) => {
    const now = clock.epochMs()
    const expiresAtMs = now + lifetimeSeconds * 1000
    const body = { iat: now / 1000, exp: expiresAtMs / 1000, ...claims }
    return { value: `${encoded({ alg: 'none' })}.${encoded(body)}.`, expiresAtMs }
  }
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
