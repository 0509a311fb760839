import type { BrokerAddress, ByteSink, Connection, Env, Plugin, Transport } from '@posthorn/contracts'
import { ConnectionError } from '@posthorn/contracts'
import { abortable } from './abortable.ts'
import { AddressBook } from './addressBook.ts'
import { openConnection } from './openConnection.ts'
import { tcpSettings, type TcpOptions, type TcpSettings } from './options.ts'

/**
 * Plain TCP by `node:net`. Sends without Nagle's delay, with keep-alive probes, gathered and without a copy. Each
 * attempt at a name takes the next of its addresses (`client.dns.lookup=use_all_dns_ips`, KIP-602). `connect` rejects
 * with a `ConnectionError` (`CONNECTION_FAILED`, retriable, Node's error as its cause). Throws a `ConfigError` for an
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

  constructor(env: Env, settings: TcpSettings) {
    this.#env = env
    this.#settings = settings
    this.#addresses = new AddressBook(settings.lookup)
  }

  async connect(to: BrokerAddress, sink: ByteSink, signal: AbortSignal): Promise<Connection> {
    signal.throwIfAborted()
    try {
      const address = await abortable(this.#addresses.next(to.host, to.port), signal)
      this.#env.logger.debug('connecting', { host: to.host, port: to.port, address })
      return await this.#open(to, address, sink, signal)
    } catch (cause) {
      signal.throwIfAborted()
      const broker = to.host.includes(':') ? `[${to.host}]:${to.port}` : `${to.host}:${to.port}`
      const reason = cause instanceof Error ? cause.message : String(cause)
      const message = `could not connect to ${broker}: ${reason}`
      throw new ConnectionError('CONNECTION_FAILED', message, { broker, cause, retriable: true })
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
