import type { DecodedRecord } from '@posthorn/protocol'
import { readBatches, readRecords } from '@posthorn/protocol'
import type { ProducerBatch } from '../../src/accumulator/batch.ts'

/** The records of drained batches as a broker would read them, with the checksum looked at. */
export function readSealed(batches: readonly ProducerBatch[]): DecodedRecord[] {
  return batches.flatMap(({ chunks }) =>
    [...readBatches(Buffer.concat(chunks))].flatMap((view) => {
      if (!view.isCrcValid()) throw new Error('the checksum of a batch is wrong')
      return [...readRecords(view)]
    }),
  )
}
