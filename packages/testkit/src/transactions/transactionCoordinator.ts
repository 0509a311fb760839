import { noTimer } from '@posthorn/contracts'
import { ErrorCode } from '@posthorn/protocol'
import type { ClusterState } from '../cluster/clusterState.ts'
import { type EndVerdict, judgeEnd, judgeEndV2 } from './endTransaction.ts'
import { initTransaction, type ProducerIdentity } from './initTransaction.ts'
import {
  isEnding,
  isExhausted,
  maxEpoch,
  noEpoch,
  noProducerId,
  partitionKey,
  type Transaction,
  type TransactionVersion,
} from './transaction.ts'
import { writeMarkers } from './writeMarkers.ts'

/** An answer of the coordinator: an error, or the producer id and epoch to go on with. */
export type CoordinatorAnswer = ProducerIdentity & { readonly errorCode: number }

/** What is to belong to a transaction. */
export interface Additions {
  readonly partitions?: readonly { readonly topic: string; readonly index: number }[]
  readonly group?: string
}

/**
 * All transactional ids of a cluster. Which broker may speak for which of them is for the caller to ask
 * `Coordinators`: what is known here is replicated, and outlives every broker.
 */
export class TransactionCoordinator {
  readonly #cluster: ClusterState
  readonly #transactions = new Map<string, Transaction>()

  constructor(cluster: ClusterState) {
    this.#cluster = cluster
  }

  /** How many transactional ids are known. */
  get size(): number {
    return this.#transactions.size
  }

  /** What is known of a transactional id. */
  find(transactionalId: string): Readonly<Transaction> | undefined {
    return this.#transactions.get(transactionalId)
  }

  /** InitProducerId: another epoch, after the end of what its last owner left open. */
  init(transactionalId: string, timeoutMs: number, expected?: ProducerIdentity): CoordinatorAnswer {
    const it = this.#transactions.get(transactionalId) ?? this.#create(transactionalId, timeoutMs)
    const verdict = initTransaction(it, expected, timeoutMs, () => this.#cluster.nextProducerId())
    if (verdict === 'initialized') return identity(it)
    if (verdict !== 'abortFirst') return failed(verdict.errorCode)
    this.#fence(it)
    return failed(ErrorCode.CONCURRENT_TRANSACTIONS)
  }

  /** Makes partitions and a group part of the transaction, which begins with the first of them. */
  add(transactionalId: string, from: ProducerIdentity, more: Additions): number {
    const it = this.#transactions.get(transactionalId)
    const errorCode = writeError(it, from)
    if (it === undefined || errorCode !== ErrorCode.NONE) return errorCode
    for (const { topic, index } of more.partitions ?? [])
      it.partitions.set(partitionKey(topic, index), { topic, index })
    if (more.group !== undefined) it.groups.add(more.group)
    if (it.state === 'Ongoing') return ErrorCode.NONE
    it.state = 'Ongoing'
    it.timeout = this.#cluster.settings.clock.schedule(it.timeoutMs, () => this.#expire(it), true)
    return ErrorCode.NONE
  }

  /** Whether a partition or group belongs to the transaction; TRANSACTION_ABORTABLE when it does not. */
  verify(transactionalId: string, from: ProducerIdentity, part: { partition?: string; group?: string }): number {
    const it = this.#transactions.get(transactionalId)
    const errorCode = writeError(it, from)
    if (it === undefined || errorCode !== ErrorCode.NONE) return errorCode
    const { partition, group } = part
    const isIn = partition === undefined ? it.groups.has(group ?? '') : it.partitions.has(partition)
    return isIn ? ErrorCode.NONE : ErrorCode.TRANSACTION_ABORTABLE
  }

  /** EndTxn. The markers are written afterwards. */
  end(
    transactionalId: string,
    from: ProducerIdentity,
    commit: boolean,
    version: TransactionVersion,
  ): CoordinatorAnswer {
    const it = this.#transactions.get(transactionalId)
    if (it === undefined) return failed(ErrorCode.INVALID_PRODUCER_ID_MAPPING)
    const verdict: EndVerdict = version === 2 ? judgeEndV2(it, from, commit) : judgeEnd(it, from, commit)
    if (verdict === 'repeated') return identity(it)
    if (verdict !== 'end') return failed(verdict.errorCode)
    if (version === 2 && isExhausted(it.producerEpoch)) it.nextProducerId = this.#cluster.nextProducerId()
    const { nextProducerId } = it
    this.#finish(it, commit, version)
    if (nextProducerId === noProducerId) return identity(it)
    return { errorCode: ErrorCode.NONE, producerId: nextProducerId, producerEpoch: 0 }
  }

  /** Goes on with what had to wait for a coordinator or for leaders. */
  resume(): void {
    for (const it of this.#transactions.values()) {
      if (isEnding(it)) writeMarkers(it, this.#cluster)
      else if (it.isOverdue) this.#expire(it)
    }
  }

  #create(transactionalId: string, timeoutMs: number): Transaction {
    const it: Transaction = {
      transactionalId,
      producerId: this.#cluster.nextProducerId(),
      previousProducerId: noProducerId,
      nextProducerId: noProducerId,
      producerEpoch: noEpoch,
      lastProducerEpoch: noEpoch,
      timeoutMs,
      state: 'Empty',
      partitions: new Map(),
      groups: new Set(),
      timeout: noTimer,
      isOverdue: false,
    }
    this.#transactions.set(transactionalId, it)
    return it
  }

  /** The time of a transaction is over: aborted, if there is a coordinator to do it. */
  #expire(it: Transaction): void {
    it.isOverdue = this.#cluster.coordinators.availability('transaction', it.transactionalId) !== ErrorCode.NONE
    if (!it.isOverdue) this.#fence(it)
  }

  /**
   * Aborts in an epoch that no client has, so that whoever began the transaction is out. With KIP-890 that is an end like
   * others: who had the epoch before may still learn of it.
   */
  #fence(it: Transaction): void {
    const version = this.#cluster.settings.transactionVersion
    if (version === 0 && it.producerEpoch < maxEpoch) it.producerEpoch++
    this.#finish(it, false, version)
    if (version === 0) it.lastProducerEpoch = noEpoch
  }

  #finish(it: Transaction, commit: boolean, version: TransactionVersion): void {
    it.timeout.cancel()
    it.isOverdue = false
    it.state = commit ? 'PrepareCommit' : 'PrepareAbort'
    if (version === 2) {
      it.lastProducerEpoch = it.producerEpoch
      if (it.producerEpoch < maxEpoch) it.producerEpoch++
    }
    const { clock, transactionMarkerMs } = this.#cluster.settings
    if (transactionMarkerMs <= 0) writeMarkers(it, this.#cluster)
    else clock.schedule(transactionMarkerMs, () => isEnding(it) && writeMarkers(it, this.#cluster))
  }
}

/** Why a producer may not write in the transaction; NONE when it may. */
function writeError(it: Transaction | undefined, { producerId, producerEpoch }: ProducerIdentity): number {
  if (it?.producerId !== producerId) return ErrorCode.INVALID_PRODUCER_ID_MAPPING
  if (it.producerEpoch !== producerEpoch) return ErrorCode.PRODUCER_FENCED
  return isEnding(it) ? ErrorCode.CONCURRENT_TRANSACTIONS : ErrorCode.NONE
}

function identity({ producerId, producerEpoch }: ProducerIdentity): CoordinatorAnswer {
  return { errorCode: ErrorCode.NONE, producerId, producerEpoch }
}

function failed(errorCode: number): CoordinatorAnswer {
  return { errorCode, producerId: noProducerId, producerEpoch: noEpoch }
}
