/**
 * CRC-32C in native code for Posthorn, by `@node-rs/crc32`.
 *
 * @packageDocumentation
 */
export { nativeChecksum } from './nativeChecksum.ts'
export type { NativeChecksumOptions } from './nativeChecksum.ts'
