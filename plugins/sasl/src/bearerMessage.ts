import { AuthenticationError } from '@posthorn/contracts'

/** Extensions that travel with a token, by name (KIP-342). */
export type SaslExtensions = Readonly<Record<string, string>>

/** Says no more after a refusal than this, which asks the broker for its error (RFC 7628). */
export const ACKNOWLEDGEMENT: Uint8Array = Uint8Array.of(1)

/** The first message of OAUTHBEARER. Throws an error that does not show the token. */
export function bearerMessage(token: string, extensions: SaslExtensions): Uint8Array {
  if (!/^[A-Za-z0-9\-._~+/]+=*$/.test(token)) throw refused('the token has characters that no bearer token may have')
  checkExtensions(extensions)
  const pairs = Object.entries(extensions).map(([key, value]) => `${key}=${value}\x01`)
  return new TextEncoder().encode(`n,,\x01auth=Bearer ${token}\x01${pairs.join('')}\x01`)
}

function checkExtensions(extensions: SaslExtensions): void {
  for (const [key, value] of Object.entries(extensions)) {
    if (!/^[A-Za-z]+$/.test(key)) throw refused(`SASL extension "${key}": a name may only have letters`)
    if (key === 'auth') throw refused('SASL extension "auth": that name is the token\'s own')
    if (!/^[\x21-\x7e \t\r\n]+$/.test(value)) throw refused(`SASL extension "${key}": the value is not printable ASCII`)
  }
}

function refused(why: string): AuthenticationError {
  return new AuthenticationError('SASL_AUTHENTICATION_FAILED', `OAUTHBEARER: ${why}`)
}
