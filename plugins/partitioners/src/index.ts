/**
 * Partitioners for Posthorn: the Java client's default, and its round robin.
 *
 * @packageDocumentation
 */
export { murmur2 } from './murmur2.ts'
export { murmur2Sticky } from './murmur2Sticky.ts'
export type { Murmur2StickyOptions } from './murmur2Sticky.ts'
export { roundRobin } from './roundRobin.ts'
