import { lookup as systemLookup } from 'node:dns/promises'
import { connect as systemConnect, type Socket, type TcpNetConnectOpts } from 'node:net'
import { ConfigError } from '@posthorn/contracts'
import type { Lookup } from './addressBook.ts'

/** Options of `tcp`. */
export interface TcpOptions {
  /**
   * Silence after which the system starts to probe whether the peer is still there, in ms, 0 to 2147483647. Default 0:
   * the system's own time, which is two hours on most.
   */
  readonly keepAliveInitialDelayMs?: number | undefined
  /**
   * After `end`, and when all that was written has left: how long to wait for the peer to end its side too before the
   * connection is closed all the same, in ms, 0 to 2147483647. Default 5000.
   */
  readonly endTimeoutMs?: number | undefined
  /** Resolves names. Default: the system's resolver (`dns.lookup` of all addresses, in its order). */
  readonly lookup?: Lookup | undefined
  /** Starts a connection, as `net.connect` does, with the options it is given. Default `net.connect`. */
  readonly connect?: ((options: TcpNetConnectOpts) => Socket) | undefined
}

/** {@link TcpOptions} with every hole filled. */
export interface TcpSettings {
  readonly keepAliveInitialDelayMs: number
  readonly endTimeoutMs: number
  readonly lookup: Lookup
  readonly connect: (options: TcpNetConnectOpts) => Socket
}

/** Fills and checks options; throws a `ConfigError` that names key, range and value. */
export function tcpSettings(options: TcpOptions): TcpSettings {
  return {
    keepAliveInitialDelayMs: milliseconds('keepAliveInitialDelayMs', options.keepAliveInitialDelayMs, 0),
    endTimeoutMs: milliseconds('endTimeoutMs', options.endTimeoutMs, 5000),
    lookup: options.lookup ?? ((host) => systemLookup(host, { all: true })),
    connect: options.connect ?? ((to) => systemConnect(to)),
  }
}

function milliseconds(name: string, value: number | undefined, fallback: number): number {
  if (value === undefined) return fallback
  if (Number.isInteger(value) && value >= 0 && value <= 0x7fffffff) return value
  throw new ConfigError(`tcp: ${name} must be an integer from 0 to 2147483647 (ms); got ${String(value)}`)
}
