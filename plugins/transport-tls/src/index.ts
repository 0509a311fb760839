/**
 * TLS connections for Posthorn, by `node:tls`.
 *
 * @packageDocumentation
 */
export { tls } from './tls.ts'
export type { CertificateExpiry } from './expiry.ts'
export type { CredentialProvider } from './credentialSource.ts'
export type { NoIdentity, Pem, PemIdentity, Pkcs12Identity, TlsCredentials, Trust } from './credentials.ts'
export type { AskedCredentials, TlsBehaviour, TlsOptions } from './options.ts'
