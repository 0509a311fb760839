/**
 * Key and value serializers for Posthorn: strings, JSON, bytes, numbers, booleans and UUIDs, as the Java client writes them.
 *
 * @packageDocumentation
 */
export { bytes } from './bytes.ts'
export type { StringEncoding } from './encodings.ts'
export { json } from './json.ts'
export { boolean, float32, float64, int16, int32, int64 } from './numbers.ts'
export type { StringOptions } from './string.ts'
export { string } from './string.ts'
export { uuid } from './uuid.ts'
