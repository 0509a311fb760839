import type { Timer } from '@posthorn/contracts'

/** Where a transaction stands, in Kafka's words. A transactional id that has none is `Empty` or `Complete…`. */
export type TransactionState =
  'Empty' | 'Ongoing' | 'PrepareCommit' | 'PrepareAbort' | 'CompleteCommit' | 'CompleteAbort'

/** 2 where the end of a transaction raises the epoch (KIP-890), 0 where it does not. */
export type TransactionVersion = 0 | 2

/** Stands for no producer id. */
export const noProducerId = -1n
/** Stands for no epoch. */
export const noEpoch = -1
/** The largest epoch. No client gets it: the last one that does is one less. */
export const maxEpoch = 0x7fff

/** What the coordinator knows of one transactional id. Kept through every change of coordinators. */
export interface Transaction {
  readonly transactionalId: string
  producerId: bigint
  /** The id before the present one, which had no epochs left. */
  previousProducerId: bigint
  /** The id that follows when the transaction that is being ended has ended; -1 for the same. */
  nextProducerId: bigint
  producerEpoch: number
  /** The epoch before, when its owner is the one who got the present one; else -1. */
  lastProducerEpoch: number
  timeoutMs: number
  state: TransactionState
  /** Topics and partitions that belong to it, by {@link partitionKey}. */
  readonly partitions: Map<string, { readonly topic: string; readonly index: number }>
  /** Groups whose offsets belong to it. */
  readonly groups: Set<string>
  /** Ends the transaction when its time is over. */
  timeout: Timer
  /** Whether its time ended while nobody could abort it. */
  isOverdue: boolean
}

/** A partition as one string. */
export function partitionKey(topic: string, index: number): string {
  return `${topic}-${index}`
}

/** Whether the markers of its transaction are still being written. */
export function isEnding({ state }: Transaction): boolean {
  return state === 'PrepareCommit' || state === 'PrepareAbort'
}

/** Whether no further epoch of the producer id can be given to a client. */
export function isExhausted(epoch: number): boolean {
  return epoch >= maxEpoch - 1
}
