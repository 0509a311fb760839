import type { EncodedHeader } from '@posthorn/protocol'
import { BATCH_HEADER_BYTES, encodeUtf8, readRecords, RecordBatchView, recordBound } from '@posthorn/protocol'
import type { BatchRecord } from './batch.ts'
import { ProducerBatch } from './batch.ts'
import { unaccountedBuffer } from './bufferPool.ts'

/**
 * The records of a batch that a broker found too large, in batches of at most `batchSize` bytes, or half of what was
 * refused when that is no less; each takes one record at least (SPL-02, KIP-126). The pieces keep creation time, order,
 * timestamps and headers, and have memory of their own; `batch` itself is not changed.
 */
export function divide(batch: ProducerBatch, batchSize: number): ProducerBatch[] {
  const limit = batch.divided || batch.wireBytes <= batchSize ? Math.floor(batch.wireBytes / 2) : batchSize
  const pieces: ProducerBatch[] = []
  let index = 0
  for (const record of recordsOf(batch)) {
    const bound = boundOf(record)
    const last = pieces.at(-1)
    // By the limit, not by the memory: that of a large record may have room for a small one, and nothing were divided.
    const fits = last !== undefined && last.recordBytes + bound <= limit
    if (!fits || !last.tryAdopt(batch, index, record)) {
      const memory = unaccountedBuffer(Math.max(limit, bound))
      const piece = new ProducerBatch(batch.partition, memory, batch.createdMs)
      piece.divided = true
      piece.tryAdopt(batch, index, record)
      pieces.push(piece)
    }
    index++
  }
  for (const each of pieces) each.close()
  return pieces
}

function* recordsOf(batch: ProducerBatch): Generator<BatchRecord, void> {
  const sealed = new Uint8Array(batch.wireBytes)
  let at = 0
  for (const chunk of batch.chunks) {
    sealed.set(chunk, at)
    at += chunk.length
  }
  for (const { timestamp, key, value, headers } of readRecords(new RecordBatchView(sealed), batch.records())) {
    yield { timestamp, key, value, headers: headers.map(encoded) }
  }
}

function encoded({ key, value }: { readonly key: string; readonly value: Uint8Array | null }): EncodedHeader {
  return { key: encodeUtf8(key), value }
}

function boundOf({ key, value, headers }: BatchRecord): number {
  return BATCH_HEADER_BYTES + recordBound(key?.length ?? -1, value?.length ?? -1, headers)
}
