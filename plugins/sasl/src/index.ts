/**
 * SASL for Posthorn: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 and OAUTHBEARER. Credentials are values or functions that are asked
 * at each login; none of them is in an error, a log line or what `util.inspect` shows.
 *
 * @packageDocumentation
 */
export type { SaslExtensions } from './bearerMessage.ts'
export { clientCredentials } from './clientCredentials.ts'
export type { ClientCredentialsOptions } from './clientCredentials.ts'
export type { Credential } from './credential.ts'
export { oauthBearer } from './oauthBearer.ts'
export type { OauthBearerOptions } from './oauthBearer.ts'
export { plain } from './plain.ts'
export type { PlainOptions } from './plain.ts'
export { scramSha256, scramSha512 } from './scram.ts'
export type { ScramOptions } from './scram.ts'
export type { BearerToken, TokenContext, TokenProvider } from './token.ts'
export { unsecuredToken } from './unsecuredToken.ts'
export type { UnsecuredTokenOptions } from './unsecuredToken.ts'
