import type { BrokerAddress, ByteSink, Connection, Env, Plugin, Transport } from '@posthorn/contracts'
import { Dialer, type Attempt, type SocketKind } from '@posthorn/transport-tcp'
import { CredentialSource } from './credentialSource.ts'
import { ExpiryWatch } from './expiry.ts'
import { handshakeOf } from './handshake.ts'
import { tlsSettings, type TlsOptions, type TlsSettings } from './options.ts'

/**
 * TLS 1.2 and 1.3 by `node:tls`, on the same sockets as `tcp`: addresses in turn, keep-alive, no delay. The broker's
 * certificate is always checked, and that it is for the name that was asked for (`ssl.endpoint.identification.algorithm=https`).
 * `connect` rejects with an `AuthenticationError` where trying again is of no use, and else with a `ConnectionError`;
 * docs/errors.md lists their codes. Throws a `ConfigError` for options and credentials that cannot be used; what is
 * secret is in no error, log line or inspection.
 */
export function tls(options: TlsOptions = {}): Plugin<Transport> {
  const settings = tlsSettings(options)
  return (env) => new TlsTransport(env, settings)
}

class TlsTransport implements Transport {
  readonly name = 'tls'
  readonly secure = true
  readonly #env: Env
  readonly #settings: TlsSettings
  readonly #dialer: Dialer
  readonly #credentials: CredentialSource
  readonly #expiry: ExpiryWatch
  readonly #kindOf = (attempt: Attempt): Promise<SocketKind> => this.#kind(attempt)

  constructor(env: Env, settings: TlsSettings) {
    this.#env = env
    this.#settings = settings
    this.#dialer = new Dialer(env, settings)
    this.#credentials = new CredentialSource(settings.provider, settings.fixed, settings.offer)
    this.#expiry = new ExpiryWatch(env, settings.certificateExpiryDays, settings.onCertificateExpiry)
    if (!settings.checksName) env.logger.warn('brokers may show the certificate of any host: their name is not checked')
  }

  connect(to: BrokerAddress, sink: ByteSink, signal: AbortSignal): Promise<Connection> {
    return this.#dialer.dial(to, sink, signal, this.#kindOf)
  }

  async #kind(attempt: Attempt): Promise<SocketKind> {
    const current = await this.#credentials.next(attempt.broker)
    return handshakeOf(attempt, current, {
      settings: this.#settings,
      clock: this.#env.clock,
      logger: this.#env.logger,
      expiry: this.#expiry,
    })
  }
}
