/**
 * Transactions: records of many partitions, and the offsets of a consumer group, become visible together or not at all
 * (KIP-98, KIP-447, KIP-890).
 *
 * @packageDocumentation
 */
export type { TransactionOptions } from './options.ts'
export type { TransactionEvent, TransactionState } from './states.ts'
export { transactionMoves } from './states.ts'
export { transactions } from './transactions.ts'
export type { ConsumerGroupMetadata, RunOptions, TransactionOffset, Transactions } from './handle.ts'
