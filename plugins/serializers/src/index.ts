/**
 * Key and value serializers for Posthorn: strings, JSON and bytes.
 *
 * @packageDocumentation
 */
export { bytes } from './bytes.ts'
export { json } from './json.ts'
export { string } from './string.ts'
