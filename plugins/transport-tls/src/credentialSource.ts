import { AuthenticationError, ConnectionError } from '@posthorn/contracts'
import { CredentialError, plainCredentials, sameCredentials, type TlsCredentials } from './credentials.ts'
import { secured, type Offer, type Secured } from './secured.ts'
import { Sessions } from './sessions.ts'

/** Gives credentials, as often as it is asked. */
export type CredentialProvider = () => TlsCredentials | Promise<TlsCredentials>

/** Credentials for one connection, with what was agreed on earlier under the very same. */
export interface Current {
  readonly secured: Secured
  readonly sessions: Sessions
}

/**
 * The credentials of one producer: always the same, or asked for anew for each connection. As long as they do not
 * change, sessions are resumed; under others none is, because a resumed one would go on with those of before.
 */
export class CredentialSource {
  readonly #provider: CredentialProvider | null
  readonly #offer: Offer
  #current: Current | null

  /** `fixed`: what there is without a provider. */
  constructor(provider: CredentialProvider | null, fixed: Secured | null, offer: Offer) {
    this.#provider = provider
    this.#offer = offer
    this.#current = fixed === null ? null : { secured: fixed, sessions: new Sessions() }
  }

  /**
   * What the next connection, to `broker`, goes by. Rejects with a `ConnectionError` (`SSL_CREDENTIALS_UNAVAILABLE`)
   * when the provider throws, or an `AuthenticationError` (`SSL_CREDENTIALS_INVALID`) when what it gives cannot be used.
   */
  async next(broker: string): Promise<Current> {
    if (this.#provider === null) return this.#current!
    let given: TlsCredentials
    try {
      given = await this.#provider()
    } catch (cause) {
      const what = `no credentials for ${broker}: the function that gives them failed`
      throw new ConnectionError('SSL_CREDENTIALS_UNAVAILABLE', what, { broker, cause, retriable: true })
    }
    try {
      const credentials = plainCredentials(given)
      if (this.#current === null || !sameCredentials(this.#current.secured.credentials, credentials)) {
        this.#current = { secured: secured(credentials, this.#offer), sessions: new Sessions() }
      }
      return this.#current
    } catch (error) {
      const why = error instanceof CredentialError ? error.message : 'OpenSSL refuses them'
      throw new AuthenticationError('SSL_CREDENTIALS_INVALID', `the credentials for ${broker} cannot be used: ${why}`, {
        broker,
      })
    }
  }
}
