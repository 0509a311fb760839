/**
 * Lets a Posthorn producer write to Kafka 0.9 and 0.10, whose record formats and requests the producer itself no longer
 * speaks.
 *
 * @packageDocumentation
 */
export { legacyBrokers } from './legacyBrokers.ts'
export type { LegacyBrokersOptions } from './options.ts'
