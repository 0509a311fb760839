/**
 * Gzip compression for Posthorn, by `node:zlib`.
 *
 * @packageDocumentation
 */
export { gzip } from './gzip.ts'
export type { GzipOptions } from './options.ts'
