/**
 * Zstandard compression for Posthorn, by `node:zlib`.
 *
 * @packageDocumentation
 */
export type { ZstdOptions } from './options.ts'
export { zstd } from './zstd.ts'
