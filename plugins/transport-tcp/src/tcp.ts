import type { BrokerAddress, ByteSink, Connection, Env, Plugin, Transport } from '@posthorn/contracts'
import { ConnectionError } from '@posthorn/contracts'
import { abortable } from './abortable.ts'
import { AddressBook } from './addressBook.ts'
import { CanonicalNames } from './canonicalNames.ts'
import { openConnection } from './openConnection.ts'
import { tcpSettings, type TcpOptions, type TcpSettings } from './options.ts'

/**
 * Plain TCP by `node:net`. Sends without Nagle's delay, with keep-alive probes, gathered and without a copy. Each
 * attempt at a name takes the next of its addresses (`client.dns.lookup=use_all_dns_ips`, KIP-602). `connect` rejects
 * with a `ConnectionError` (`CONNECTION_FAILED`, or `NAME_NOT_RESOLVED`, retriable, Node's error as its cause). Throws a `ConfigError` for an
 * option out of range.
 */
export function tcp(options: TcpOptions = {}): Plugin<Transport> {
  const settings = tcpSettings(options)
  return (env) => new TcpTransport(env, settings)
}

class TcpTransport implements Transport {
  readonly name = 'tcp'
  readonly secure = false
  readonly #env: Env
  readonly #settings: TcpSettings
  readonly #addresses: AddressBook
  readonly #canonical: CanonicalNames | null

  constructor(env: Env, settings: TcpSettings) {
    this.#env = env
    this.#settings = settings
    this.#addresses = new AddressBook(settings.lookup)
    this.#canonical = settings.canonical ? new CanonicalNames(settings.lookup, settings.reverse) : null
  }

  async connect(to: BrokerAddress, sink: ByteSink, signal: AbortSignal): Promise<Connection> {
    signal.throwIfAborted()
    try {
      const { host, address } = await abortable(this.#resolve(to), signal)
      this.#env.logger.debug('connecting', { host, port: to.port, address })
      return await this.#open({ ...to, host }, address, sink, signal)
    } catch (cause) {
      signal.throwIfAborted()
      const broker = to.host.includes(':') ? `[${to.host}]:${to.port}` : `${to.host}:${to.port}`
      const unresolved = cause instanceof NameNotResolved
      const reason: unknown = unresolved ? cause.cause : cause
      const message = `could not connect to ${broker}: ${reason instanceof Error ? reason.message : String(reason)}`
      const code = unresolved ? 'NAME_NOT_RESOLVED' : 'CONNECTION_FAILED'
      throw new ConnectionError(code, message, { broker, cause: reason, retriable: true })
    }
  }

  async #resolve({ host: given, port, purpose }: BrokerAddress): Promise<{ host: string; address: string }> {
    try {
      const host = purpose === 'bootstrap' && this.#canonical !== null ? await this.#canonical.next(given) : given
      return { host, address: await this.#addresses.next(host, port) }
    } catch (cause) {
      throw new NameNotResolved(cause)
    }
  }

  #open(to: BrokerAddress, address: string, sink: ByteSink, signal: AbortSignal): Promise<Connection> {
    const { connect, endTimeoutMs, keepAliveInitialDelayMs } = this.#settings
    return openConnection({
      start: (onread) =>
        connect({
          host: address,
          port: to.port,
          noDelay: true,
          keepAlive: true,
          keepAliveInitialDelay: keepAliveInitialDelayMs,
          onread,
        }),
      ready: 'connect',
      sink,
      clock: this.#env.clock,
      endTimeoutMs,
      onOver: () => this.#addresses.connectionLost(to.host, to.port),
      signal,
    })
  }
}

/** A lookup failed, for the reason that is its cause. */
class NameNotResolved extends Error {
  constructor(cause: unknown) {
    super('name not resolved', { cause })
  }
}
