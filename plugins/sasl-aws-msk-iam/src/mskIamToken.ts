import { AuthenticationError, ConfigError } from '@posthorn/contracts'
import { generateAuthToken, generateAuthTokenFromCredentialsProvider } from 'aws-msk-iam-sasl-signer-js'

/** Credentials of AWS, as its SDK has them. */
export interface AwsCredentials {
  /** Access key id. */
  readonly accessKeyId: string
  /** Secret access key. */
  readonly secretAccessKey: string
  /** Of temporary credentials. */
  readonly sessionToken?: string
  /** When temporary credentials expire; a token never lives longer. */
  readonly expiration?: Date
}

/** Options of {@link mskIamToken}. */
export interface MskIamTokenOptions {
  /** Region of the cluster, for example `eu-central-1`. Required. */
  readonly region: string
  /**
   * Gives credentials, as the providers of `@aws-sdk/credential-providers` do; asked for each token. Default: the SDK's own
   * chain (environment, profile, web identity, container, instance).
   */
  readonly credentials?: (() => Promise<AwsCredentials>) | undefined
}

/** A token, in the form that `oauthBearer` of `@posthorn/sasl` takes. */
export interface MskIamToken {
  /** The signed address, in base64url. */
  readonly value: string
  /** When it expires, ms since 1970: after 15 minutes, or with the credentials. */
  readonly expiresAtMs: number
}

/** Gives a token, signed at the system's time. */
export type MskIamTokenProvider = () => Promise<MskIamToken>

/**
 * Tokens for `oauthBearer({ token: mskIamToken({ region }) })`. Throws a `ConfigError` without a region; a token that cannot
 * be made is an `AuthenticationError` that shows nothing of the credentials.
 */
export function mskIamToken(options: MskIamTokenOptions): MskIamTokenProvider {
  const { region, credentials } = options
  if (typeof region !== 'string' || !/^[a-z0-9-]+$/.test(region)) {
    throw new ConfigError('region: expected a region of AWS, such as "eu-central-1"')
  }
  if (credentials !== undefined && typeof credentials !== 'function') {
    throw new ConfigError(`credentials: expected a function that gives them, received ${typeof credentials}`)
  }
  return async () => {
    try {
      const { token, expiryTime } =
        credentials === undefined
          ? await generateAuthToken({ region })
          : await generateAuthTokenFromCredentialsProvider({ region, awsCredentialsProvider: credentials })
      return { value: token, expiresAtMs: expiryTime }
    } catch (error) {
      // The SDK's errors tell what is missing, by their name; what else is in them is theirs.
      const name = error instanceof Error ? error.name : 'unknown'
      throw new AuthenticationError('SASL_AUTHENTICATION_FAILED', `no token for Amazon MSK in ${region}: ${name}`)
    }
  }
}
