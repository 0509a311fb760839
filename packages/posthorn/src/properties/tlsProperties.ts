/** Text that may come from the file itself or from another file. Secrets are behind functions, so that nothing prints them. */
export type PemSource = { readonly pem: () => string } | { readonly file: string }

/** Whom to trust. */
export type TrustProperties =
  | { readonly type: 'PEM'; readonly certificates: PemSource }
  /** `JKS` is Java's default, under which it reads PKCS#12 too: the file says what it is. */
  | { readonly type: 'PKCS12' | 'JKS'; readonly file: string; readonly password: (() => string) | null }

/** Who we are. */
export type IdentityProperties =
  | {
      readonly type: 'PEM'
      readonly certificateChain: PemSource
      /** The same as the chain when both are in one file. */
      readonly key: PemSource
      readonly keyPassword: (() => string) | null
    }
  | {
      readonly type: 'PKCS12' | 'JKS'
      readonly file: string
      readonly password: (() => string) | null
      readonly keyPassword: (() => string) | null
    }

/** A version of TLS that can be asked for. */
export type TlsVersion = 'TLSv1.2' | 'TLSv1.3'

/** The `ssl.*` keys. */
export interface TlsProperties {
  /** Absent: the certificate authorities that the platform trusts. */
  readonly trust?: TrustProperties
  /** Absent: no certificate of ours. */
  readonly identity?: IdentityProperties
  /** False only with `ssl.endpoint.identification.algorithm` empty, and only when that was allowed. */
  readonly verifyHostName: boolean
  /** Lowest of `ssl.enabled.protocols`. */
  readonly minVersion: TlsVersion
  /** Highest of `ssl.enabled.protocols` and `ssl.protocol`. */
  readonly maxVersion: TlsVersion
  /** `ssl.cipher.suites`, by Java's (IANA's) names; absent: the platform's. */
  readonly cipherSuites?: readonly string[]
}
