import type { Checksum, Clock, Codec, Logger } from '@posthorn/contracts'
import { KafkaError } from '@posthorn/contracts'
import { BatchAttribute, writeBatchChecksum, writeBatchHeader } from '@posthorn/protocol'
import type { ProducerBatch } from '../accumulator/batch.ts'
import type { ResultRooms } from '../accumulator/resultRooms.ts'
import type { HookSet } from '../hooks/hookSet.ts'
import { describeValue } from '../values/describeValue.ts'
import { batchEvent } from './batchEvent.ts'

/** Whether a batch can go out: now, later, or never. */
export type SealResult = 'sealed' | 'pending' | 'failed'

/** What the sealer tells the sender about codecs that take their time. */
export interface SealListener {
  /** A batch whose sealing was pending is sealed now. */
  onSealed(batch: ProducerBatch): void
  /** A batch cannot be compressed. */
  onSealFailed(batch: ProducerBatch, error: KafkaError): void
  /** As many batches as may were pending, and one of them no longer is: another one's turn has come. */
  onRoom(): void
}

/** What a sealer needs. */
export interface SealerParts {
  readonly codec: Codec | null
  readonly checksum: Checksum
  readonly hooks: HookSet
  readonly logger: Logger
  readonly listener: SealListener
  readonly clock: Clock
  /** Where codecs may put their results. */
  readonly rooms: ResultRooms
}

/** A pass that has drained for so long leaves the rest to the next one; what else the process does comes between. */
const MOST_MS_IN_A_PASS = 2

/**
 * So many batches may be with a codec that answers later: as many as Node's thread pool has threads. More would only lie
 * there, in front of what else the process has for the pool, each with the memory of a result to come.
 */
const MOST_PENDING = 4

/** Closes batches, compresses them once, and writes their headers. */
export class Sealer {
  private readonly parts: SealerParts
  /** When this pass began to drain; nothing is out of time before there is one. */
  private startMs = Number.POSITIVE_INFINITY
  /** Batches that the codec will answer later. */
  private pending = 0

  constructor(parts: SealerParts) {
    this.parts = parts
  }

  /** Kafka's name of the codec in use. */
  get codecName(): string {
    return this.parts.codec?.name ?? 'none'
  }

  /** Whether batches that are not sealed have to wait: for the next pass, or for the codec to answer. */
  isBusy(): boolean {
    return this.isOutOfTime() || this.pending >= MOST_PENDING
  }

  /** Whether this pass has drained for as long as one may: the next one has to follow at once. */
  isOutOfTime(): boolean {
    return this.parts.clock.now() - this.startMs >= MOST_MS_IN_A_PASS
  }

  /** A pass of the sender begins to drain. */
  onPass(): void {
    this.startMs = this.parts.clock.now()
  }

  /** Fixes the body of a batch. With an asynchronous codec the partition waits, so that its batches keep their order. */
  seal(batch: ProducerBatch): SealResult {
    if (batch.sealed) return 'sealed'
    batch.close()
    const { codec, rooms } = this.parts
    if (codec === null) return this.finish(batch, null)
    let compressed: Uint8Array | PromiseLike<Uint8Array>
    try {
      batch.room = rooms.lend(batch.recordBytes)
      compressed = codec.compress(batch.records(), batch.room)
      if (!isThenable(compressed)) return this.finish(batch, checked(compressed))
    } catch (error) {
      this.fail(batch, error)
      return 'failed'
    }
    this.await(batch, compressed)
    return 'pending'
  }

  /**
   * Writes header and checksum for the batch's stamp. The records stay as they are (BAT-10). Returns false when the
   * checksum cannot be had: the batch has failed then.
   */
  writeHeader(batch: ProducerBatch): boolean {
    const { stamp } = batch
    const { bytes, view } = batch.memory()
    const transactional = stamp?.transactional === true ? BatchAttribute.transactional : 0
    writeBatchHeader(view, {
      baseOffset: 0n,
      sizeInBytes: batch.wireBytes,
      partitionLeaderEpoch: -1,
      attributes: (this.parts.codec?.attribute ?? 0) | transactional,
      lastOffsetDelta: batch.recordCount - 1,
      baseTimestamp: batch.baseTimestamp,
      maxTimestamp: batch.maxTimestamp,
      producerId: stamp?.producerId ?? -1n,
      producerEpoch: stamp?.producerEpoch ?? -1,
      baseSequence: stamp?.baseSequence ?? -1,
      recordCount: batch.recordCount,
    })
    const body = batch.chunks[1] ?? batch.records()
    try {
      writeBatchChecksum(bytes, body, this.parts.checksum)
      return true
    } catch (error) {
      this.refuse(batch, 'CHECKSUM_FAILED', 'the checksum plugin failed for', error)
      return false
    }
  }

  private finish(batch: ProducerBatch, compressed: Uint8Array | null): SealResult {
    batch.seal(compressed)
    if (batch.room !== undefined && batch.room.buffer !== compressed?.buffer) {
      this.parts.rooms.takeBack(batch.room)
      batch.room = undefined
    }
    this.parts.hooks.onBatchSealed?.(batchEvent(batch, this.codecName))
    return 'sealed'
  }

  private await(batch: ProducerBatch, compressed: PromiseLike<Uint8Array>): void {
    batch.partition.sealing = true
    // The codec reads the batch's memory until it is done, whatever becomes of the batch meanwhile.
    batch.pin()
    this.pending++
    const settle = (then: () => void): void => {
      batch.unpin()
      batch.partition.sealing = false
      const wasFull = this.pending-- === MOST_PENDING
      then()
      if (wasFull) this.parts.listener.onRoom()
    }
    compressed.then(checked).then(
      (body) =>
        settle(() => {
          if (batch.state !== 'settled') this.finish(batch, body)
          this.parts.listener.onSealed(batch)
        }),
      (error: unknown) => settle(() => this.fail(batch, error)),
    )
  }

  private fail(batch: ProducerBatch, cause: unknown): void {
    this.refuse(batch, 'COMPRESSION_FAILED', `codec ${this.codecName} could not compress`, cause)
  }

  private refuse(batch: ProducerBatch, code: string, what: string, cause: unknown): void {
    const { topic, partition } = batch.partition
    const why = cause instanceof Error ? cause.message : String(cause)
    const message = `${what} a batch for ${topic}-${partition}: ${why}`
    this.parts.logger.error(message, { error: cause })
    this.parts.listener.onSealFailed(batch, new KafkaError(code, message, { topic, partition, cause }))
  }
}

function isThenable(compressed: Uint8Array | PromiseLike<Uint8Array>): compressed is PromiseLike<Uint8Array> {
  return typeof (compressed as Partial<PromiseLike<Uint8Array>> | undefined)?.then === 'function'
}

/** What a codec answered; a broken one may have answered anything. */
function checked(compressed: unknown): Uint8Array {
  if (compressed instanceof Uint8Array) return compressed
  throw new TypeError(`it answered ${describeValue(compressed)} instead of bytes`)
}
