/**
 * Plain TCP connections for Posthorn, by `node:net`.
 *
 * @packageDocumentation
 */
export { tcp } from './tcp.ts'
export type { TcpOptions } from './options.ts'

// For other transports on Node's sockets.
export { AddressBook } from './addressBook.ts'
export type { Lookup, ResolvedAddress } from './addressBook.ts'
export { CanonicalNames } from './canonicalNames.ts'
export type { ReverseLookup } from './canonicalNames.ts'
export { openConnection } from './openConnection.ts'
export type { OpenOptions } from './openConnection.ts'
