/**
 * What idempotence and transactions have in common: producer ids and epochs, and where each partition stands in its
 * sequences. For delivery guards.
 *
 * @packageDocumentation
 */
export { PartitionSequences } from './partitionSequences.ts'
export type { ProducerIdentity } from './producerIdentity.ts'
