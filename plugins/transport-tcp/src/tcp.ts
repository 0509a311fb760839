import type { BrokerAddress, ByteSink, Connection, Env, Plugin, Transport } from '@posthorn/contracts'
import { Dialer, type Attempt, type SocketKind } from './dialer.ts'
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
  readonly #settings: TcpSettings
  readonly #dialer: Dialer
  readonly #kindOf = (attempt: Attempt): SocketKind => this.#kind(attempt)

  constructor(env: Env, settings: TcpSettings) {
    this.#settings = settings
    this.#dialer = new Dialer(env, settings)
  }

  connect(to: BrokerAddress, sink: ByteSink, signal: AbortSignal): Promise<Connection> {
    return this.#dialer.dial(to, sink, signal, this.#kindOf)
  }

  #kind({ address: host, port }: Attempt): SocketKind {
    const { connect, keepAliveInitialDelayMs: keepAliveInitialDelay } = this.#settings
    return {
      start: (onread) => connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay, onread }),
      ready: 'connect',
    }
  }
}
