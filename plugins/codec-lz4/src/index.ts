/**
 * LZ4 compression for Posthorn, by `lz4-napi`.
 *
 * @packageDocumentation
 */
export { lz4 } from './lz4.ts'
export type { Lz4Options } from './options.ts'
