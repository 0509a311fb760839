import { lookup as systemLookup, reverse as systemReverse } from 'node:dns/promises'
import { connect as systemConnect, type Socket, type TcpNetConnectOpts } from 'node:net'
import { ConfigError } from '@posthorn/contracts'
import type { Lookup } from './addressBook.ts'
import type { ReverseLookup } from './canonicalNames.ts'

/** Options of every transport on Node's sockets. */
export interface SocketOptions {
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
  /**
   * `client.dns.lookup`. `use_all_dns_ips` (default): names are taken as they are, and all their addresses are tried.
   * `resolve_canonical_bootstrap_servers_only`: before that, a bootstrap name is replaced by the canonical names of its
   * addresses (KIP-235).
   */
  readonly clientDnsLookup?: 'use_all_dns_ips' | 'resolve_canonical_bootstrap_servers_only' | undefined
  /** Finds the names of an address, for canonical names. Default: the system's resolver (`dns.reverse`). */
  readonly reverse?: ReverseLookup | undefined
}

/** Options of `tcp`. */
export interface TcpOptions extends SocketOptions {
  /** Starts a connection, as `net.connect` does, with the options it is given. Default `net.connect`. */
  readonly connect?: ((options: TcpNetConnectOpts) => Socket) | undefined
}

/** {@link SocketOptions} with every hole filled. */
export interface SocketSettings {
  /** In ms; 0 for the system's own. */
  readonly keepAliveInitialDelayMs: number
  /** In ms. */
  readonly endTimeoutMs: number
  /** Resolves names. */
  readonly lookup: Lookup
  /** Whether bootstrap names are replaced by canonical names. */
  readonly canonical: boolean
  /** Finds the names of an address. */
  readonly reverse: ReverseLookup
}

/**
 * Fills and checks options; throws a `ConfigError` that names key, range and value, and begins with the name of the
 * transport.
 */
export function socketSettings(transport: string, options: SocketOptions): SocketSettings {
  const { lookup, clientDnsLookup, reverse, keepAliveInitialDelayMs, endTimeoutMs } = options
  return {
    keepAliveInitialDelayMs: milliseconds(`${transport}: keepAliveInitialDelayMs`, keepAliveInitialDelayMs, 0),
    endTimeoutMs: milliseconds(`${transport}: endTimeoutMs`, endTimeoutMs, 5000),
    lookup: aFunction(`${transport}: lookup`, lookup) ?? ((host) => systemLookup(host, { all: true })),
    canonical: isCanonical(`${transport}: clientDnsLookup`, clientDnsLookup),
    reverse: aFunction(`${transport}: reverse`, reverse) ?? ((address) => systemReverse(address)),
  }
}

/** {@link TcpOptions} with every hole filled. */
export interface TcpSettings extends SocketSettings {
  readonly connect: (options: TcpNetConnectOpts) => Socket
}

/** Fills and checks options; throws a `ConfigError` that names key, range and value. */
export function tcpSettings(options: TcpOptions): TcpSettings {
  const connect = aFunction('tcp: connect', options.connect) ?? ((to) => systemConnect(to))
  return { ...socketSettings('tcp', options), connect }
}

function isCanonical(name: string, value: unknown): boolean {
  if (value === undefined || value === 'use_all_dns_ips') return false
  if (value === 'resolve_canonical_bootstrap_servers_only') return true
  const expected = 'use_all_dns_ips or resolve_canonical_bootstrap_servers_only'
  throw new ConfigError(`${name} must be ${expected}; got ${JSON.stringify(value)}`)
}

function aFunction<T>(name: string, value: T | undefined): T | undefined {
  if (value === undefined || typeof value === 'function') return value
  throw new ConfigError(`${name} must be a function; got ${value === null ? 'null' : typeof value}`)
}

function milliseconds(name: string, value: number | undefined, fallback: number): number {
  if (value === undefined) return fallback
  if (Number.isInteger(value) && value >= 0 && value <= 0x7fffffff) return value
  throw new ConfigError(`${name} must be an integer from 0 to 2147483647 (ms); got ${String(value)}`)
}
