/**
 * Partitioners for Posthorn: the Java client's, and those of librdkafka, Sarama, KafkaJS and `@platformatic/kafka`, so
 * that a team can move here without moving a key.
 *
 * @packageDocumentation
 */
export { kafkajs } from './kafkajs.ts'
export type { KafkajsOptions, KafkajsPartitioner } from './kafkajs.ts'
export type { KeylessOptions } from './keyless.ts'
export { librdkafka } from './librdkafka.ts'
export type { LibrdkafkaOptions, LibrdkafkaPartitioner } from './librdkafka.ts'
export { manual } from './manual.ts'
export { murmur2 } from './murmur2.ts'
export { murmur2Sticky } from './murmur2Sticky.ts'
export type { Murmur2StickyOptions } from './murmur2Sticky.ts'
export { platformatic } from './platformatic.ts'
export type { PlatformaticOptions, PlatformaticPartitioner } from './platformatic.ts'
export { roundRobin } from './roundRobin.ts'
export { sarama } from './sarama.ts'
export type { SaramaOptions, SaramaPartitioner } from './sarama.ts'
