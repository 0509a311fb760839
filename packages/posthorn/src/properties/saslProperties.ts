/** A user by password. The password is behind a function, so that nothing prints it. */
export interface PasswordProperties {
  /** `sasl.mechanism`. */
  readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'
  /** Who logs in. */
  readonly username: string
  /** What proves it. */
  readonly password: () => string
  /** SCRAM's `tokenauth=true`: user and password are those of a delegation token (KIP-48). */
  readonly delegationToken: boolean
}

/** Tokens that are not signed, for development alone (`unsecuredLogin…` options). */
export interface UnsecuredTokenProperties {
  /** `sasl.mechanism`. */
  readonly mechanism: 'OAUTHBEARER'
  /** Where tokens come from. */
  readonly source: 'unsecured'
  /** Claims of the token, without times; `sub` or what `unsecuredLoginPrincipalClaimName` says among them. */
  readonly claims: Readonly<Record<string, string | number | readonly string[]>>
  /** How long a token is good for. */
  readonly lifetimeSeconds: number
  /** SASL extensions that go along. */
  readonly extensions: Readonly<Record<string, string>>
}

/** Tokens from a token endpoint, by OAuth's client credentials (KIP-768). */
export interface ClientCredentialsProperties {
  /** `sasl.mechanism`. */
  readonly mechanism: 'OAUTHBEARER'
  /** Where tokens come from. */
  readonly source: 'client-credentials'
  /** `sasl.oauthbearer.token.endpoint.url`. */
  readonly tokenEndpointUrl: string
  /** Who asks for tokens. */
  readonly clientId: string
  /** What proves it. */
  readonly clientSecret: () => string
  /** What the token is to be good for. */
  readonly scope?: string
  /** SASL extensions that go along. */
  readonly extensions: Readonly<Record<string, string>>
  /** `sasl.login.*` and `sasl.oauthbearer.*` beside those, by our names. */
  readonly settings: TokenSettings
}

/** A token that something else keeps fresh in a file (`file:` as token endpoint). */
export interface TokenFileProperties {
  /** `sasl.mechanism`. */
  readonly mechanism: 'OAUTHBEARER'
  /** Where tokens come from. */
  readonly source: 'file'
  /** Path of the file; read anew for each connection. */
  readonly file: string
  /** SASL extensions that go along. */
  readonly extensions: Readonly<Record<string, string>>
}

/** How tokens are fetched and refreshed; what is absent has the default of whoever fetches them. */
export interface TokenSettings {
  /** `sasl.login.connect.timeout.ms`. */
  readonly connectTimeoutMs?: number
  /** `sasl.login.read.timeout.ms`. */
  readonly readTimeoutMs?: number
  /** `sasl.login.retry.backoff.ms`. */
  readonly retryBackoffMs?: number
  /** `sasl.login.retry.backoff.max.ms`. */
  readonly retryBackoffMaxMs?: number
  /** `sasl.login.refresh.window.factor`. */
  readonly refreshWindowFactor?: number
  /** `sasl.login.refresh.window.jitter`. */
  readonly refreshWindowJitter?: number
  /** `sasl.login.refresh.min.period.seconds`. */
  readonly refreshMinPeriodSeconds?: number
  /** `sasl.login.refresh.buffer.seconds`. */
  readonly refreshBufferSeconds?: number
  /** `sasl.oauthbearer.header.urlencode`. */
  readonly headerUrlEncode?: boolean
  /** `sasl.oauthbearer.scope.claim.name`. */
  readonly scopeClaimName?: string
  /** `sasl.oauthbearer.sub.claim.name`. */
  readonly subClaimName?: string
}

/** The `sasl.*` keys. */
export type SaslProperties =
  PasswordProperties | UnsecuredTokenProperties | ClientCredentialsProperties | TokenFileProperties
