/**
 * Plain TCP connections for Posthorn, by `node:net`.
 *
 * @packageDocumentation
 */
export { tcp } from './tcp.ts'
export type { SocketOptions, TcpOptions } from './options.ts'

// For other transports on Node's sockets.
export { AddressBook } from './addressBook.ts'
export type { Lookup, ResolvedAddress } from './addressBook.ts'
export { CanonicalNames } from './canonicalNames.ts'
export type { ReverseLookup } from './canonicalNames.ts'
export { Dialer } from './dialer.ts'
export type { Attempt, SocketKind } from './dialer.ts'
export { openConnection } from './openConnection.ts'
export type { OpenOptions } from './openConnection.ts'
export { socketSettings } from './options.ts'
export type { SocketSettings } from './options.ts'
