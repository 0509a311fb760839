import type { Api } from '@posthorn/contracts'
import {
  addOffsetsToTxn,
  addPartitionsToTxn,
  BatchAttribute,
  endTxn,
  errorEntry,
  fetch,
  initProducerId,
  LATEST_TIMESTAMP,
  listOffsets,
  produce,
  readBatches,
  txnOffsetCommit,
  type TxnOffsetCommitRequest,
} from '@posthorn/protocol'
import { batch } from './batch.ts'
import { fetchRequest, onlyPartition, produceRequest } from './requests.ts'

/** Sends a request and gives its answer. */
export type Ask = <Request, Response>(api: Api<Request, Response>, body: Request, version: number) => Promise<Response>

/** A producer id with its epoch, and the error that came with them. */
export interface Identity {
  readonly producerId: bigint
  readonly producerEpoch: number
  readonly error: string
}

/** A broker answers earlier, once there is something to read; this is for one that never writes a marker. */
const MARKER_WAIT_MS = 30_000
const MOST_READS = 20

/** Name of an error number. */
function nameOf(errorCode: number): string {
  return errorEntry(errorCode).name
}

interface SendOptions {
  readonly version?: number
  readonly values?: readonly string[]
  readonly topic?: string
  readonly partition?: number
  readonly transactional?: boolean
  readonly transactionalId?: string | null
}

/** A transactional producer, request by request; errors by name. The newest versions are those of KIP-890. */
export class RawProducer {
  readonly #ask: Ask
  readonly transactionalId: string

  constructor(ask: Ask, transactionalId = 'tx') {
    this.#ask = ask
    this.transactionalId = transactionalId
  }

  async init(
    expected: Omit<Identity, 'error'> = { producerId: -1n, producerEpoch: -1 },
    { version = 5, timeoutMs = 60_000 }: { version?: number; timeoutMs?: number } = {},
  ): Promise<Identity> {
    const { transactionalId } = this
    const { producerId, producerEpoch } = expected
    const body = { transactionalId, transactionTimeoutMs: timeoutMs, producerId, producerEpoch }
    return named(await this.#ask(initProducerId, body, version))
  }

  /** Offset that the next record or marker of partition 0 will get. */
  async endOffset(topic = 't'): Promise<bigint> {
    const partitions = [{ partitionIndex: 0, currentLeaderEpoch: -1, timestamp: LATEST_TIMESTAMP }]
    const body = { replicaId: -1, isolationLevel: 0, topics: [{ name: topic, partitions }], timeoutMs: 0 }
    return (await this.#ask(listOffsets, body, 4)).topics[0]!.partitions[0]!.offset
  }

  /** Waits until partition 0 has a marker of this producer at `from` or after; the broker answers as soon as one is there. */
  async marked({ producerId }: Identity, from: bigint, topic = 't'): Promise<void> {
    let offset = from
    for (let i = 0; i < MOST_READS; i++) {
      const request = fetchRequest(topic, 0, offset, { maxWaitMs: MARKER_WAIT_MS })
      const { records } = (await this.#ask(fetch, request, 11)).topics[0]!.partitions[0]!
      if (records === null || records.length === 0) break
      for (const found of readBatches(records)) {
        if (found.isControl && found.producerId === producerId) return
        offset = found.lastOffset + 1n
      }
    }
    throw new Error(`no marker of producer ${producerId} from offset ${from} on`)
  }

  async add(from: Identity, partitions: readonly (readonly [string, number])[], version = 3): Promise<string[]> {
    const topics = partitions.map(([name, index]) => ({ name, partitions: [index] }))
    const body = { ...from, transactionalId: this.transactionalId, topics }
    const answer = await this.#ask(addPartitionsToTxn, body, version)
    return answer.topics.map((topic) => nameOf(topic.partitions[0]!.errorCode))
  }

  async addOffsets(from: Identity, groupId: string, version = 4): Promise<string> {
    const body = { ...from, transactionalId: this.transactionalId, groupId }
    return nameOf((await this.#ask(addOffsetsToTxn, body, version)).errorCode)
  }

  async commitOffset(
    from: Identity,
    offset: bigint,
    version = 5,
    more: Partial<TxnOffsetCommitRequest> & { metadata?: string; topic?: string } = {},
  ): Promise<string> {
    const { metadata = null, topic = 't', ...rest } = more
    const partition = {
      partitionIndex: 0,
      committedOffset: offset,
      committedLeaderEpoch: -1,
      committedMetadata: metadata,
    }
    const body = {
      ...from,
      transactionalId: this.transactionalId,
      groupId: 'g',
      generationId: -1,
      memberId: '',
      groupInstanceId: null,
      topics: [{ name: topic, partitions: [partition] }],
      ...rest,
    }
    const answer = await this.#ask(txnOffsetCommit, body, version)
    return nameOf(answer.topics[0]!.partitions[0]!.errorCode)
  }

  async send(from: Identity, sequence: number, options: SendOptions = {}): Promise<string> {
    const { version = 12, values = ['v'], topic = 't', partition = 0, transactional = true } = options
    const { transactionalId = this.transactionalId } = options
    const { producerId, producerEpoch } = from
    const attributes = transactional ? BatchAttribute.transactional : 0
    const bytes = batch(values, { producerId, producerEpoch, baseSequence: sequence, attributes })
    const body = { ...produceRequest(topic, partition, bytes), transactionalId }
    return nameOf(onlyPartition(await this.#ask(produce, body, version)).errorCode)
  }

  async end(from: Omit<Identity, 'error'>, committed: boolean, version = 5): Promise<Identity> {
    return named(await this.#ask(endTxn, { ...from, transactionalId: this.transactionalId, committed }, version))
  }

  commit(from: Omit<Identity, 'error'>, version = 5): Promise<Identity> {
    return this.end(from, true, version)
  }

  abort(from: Omit<Identity, 'error'>, version = 5): Promise<Identity> {
    return this.end(from, false, version)
  }
}

function named(answer: { errorCode: number; producerId: bigint; producerEpoch: number }): Identity {
  const { errorCode, producerId, producerEpoch } = answer
  return { producerId, producerEpoch, error: nameOf(errorCode) }
}
