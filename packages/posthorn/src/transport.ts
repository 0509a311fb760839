import type { Plugin, Transport } from '@posthorn/contracts'
import { ConfigError } from '@posthorn/contracts'
import { tcp } from '@posthorn/transport-tcp'
import { tls } from '@posthorn/transport-tls'

/** The options that decide how bytes get to brokers, whatever type they were given with. */
export interface TransportSettings {
  readonly transport?: unknown
  readonly tls?: unknown
}

/** The plugin that the options ask for: the caller's own, TLS, or plain TCP. */
export function chooseTransport({ transport, tls: secure }: TransportSettings): Plugin<Transport> {
  if (secure === undefined) return transport === undefined ? tcp() : (transport as Plugin<Transport>)
  if (transport !== undefined) throw new ConfigError('tls: expected not to be set together with transport')
  if (secure === true) return tls()
  if (typeof secure === 'object' && secure !== null) return tls(secure)
  // `false` might be meant well, or be a mistake that sends everything unencrypted.
  const received = typeof secure === 'boolean' ? String(secure) : `a ${typeof secure}`
  throw new ConfigError(`tls: expected true or an object of options, or none for plain TCP; received ${received}`)
}
