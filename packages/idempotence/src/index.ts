/**
 * Idempotence: every record is stored exactly once per partition and in order, whatever is sent again (KIP-98, KIP-360).
 *
 * @packageDocumentation
 */
export { idempotence } from './idempotence.ts'
