import type { SaslMechanism, Transport } from '@posthorn/contracts'
import { ConfigError } from '@posthorn/contracts'

/** Throws where credentials would travel in the clear and nobody has said that they may. */
export function checkSecrecy(sasl: SaslMechanism, transport: Transport): void {
  if (sasl.plaintext !== true || transport.secure) return
  throw new ConfigError(
    `sasl: ${sasl.name} sends credentials that whoever sees the bytes can use, and transport ${transport.name} does not ` +
      'encrypt; expected a transport over TLS, or the mechanism made with allowPlaintext: true',
  )
}
