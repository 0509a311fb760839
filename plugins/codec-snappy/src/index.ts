/**
 * Snappy compression for Posthorn, by `snappyjs`.
 *
 * @packageDocumentation
 */
export type { SnappyOptions } from './options.ts'
export { snappy } from './snappy.ts'
