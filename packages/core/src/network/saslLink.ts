import type { SaslAuthenticateResponse } from '@posthorn/protocol'
import { FRAME_LENGTH_BYTES, saslAuthenticate, saslHandshake, Writer } from '@posthorn/protocol'
import type { BrokerVersions } from './brokerVersions.ts'
import type { Exchange } from './handshake.ts'

/** How a connection carries an exchange of tokens. */
export interface SaslLink {
  /** Sends a request of Kafka's and resolves with the answer. */
  readonly exchange: Exchange
  /** Sends a frame that has no header and resolves with what is in the next one; with nothing if none is `awaited`. */
  bare(frame: Uint8Array, awaited: boolean): Promise<Uint8Array>
}

/** What a broker said to a token: the part of SaslAuthenticate that all brokers have an equivalent of. */
export type TokenAnswer = Omit<SaslAuthenticateResponse, 'throttleTimeMs'>

/** Sends a token; `last`: the mechanism waits for no other. */
export type SendToken = (token: Uint8Array, last: boolean) => Promise<TokenAnswer>

/**
 * Version of SaslHandshake to begin with: 0, after which tokens have no headers, for brokers that do not have
 * SaslAuthenticate, as before Kafka 1.0 (SAS-02). Throws when the broker speaks no version of it.
 */
export function handshakeVersion(versions: BrokerVersions, broker: string): number {
  const limit = versions.maximum(saslAuthenticate.key) === undefined ? 0 : saslHandshake.maxVersion
  return versions.choose(saslHandshake, broker, limit)
}

/** How tokens travel after a handshake of this version. */
export function tokenSender(link: SaslLink, handshake: number, versions: BrokerVersions, broker: string): SendToken {
  if (handshake === 0) return (token, last) => sendBare(link, token, last)
  const version = versions.choose(saslAuthenticate, broker)
  return (authBytes) => link.exchange(saslAuthenticate, version, { authBytes })
}

/** A broker that refuses says nothing here: it closes the connection. One that is content says nothing to a last token. */
async function sendBare(link: SaslLink, token: Uint8Array, last: boolean): Promise<TokenAnswer> {
  const writer = new Writer(false, FRAME_LENGTH_BYTES + token.length)
  writer.sizedBytes(token)
  const authBytes = await link.bare(writer.finish(), !last)
  return { errorCode: 0, errorMessage: null, authBytes, sessionLifetimeMs: 0n }
}
