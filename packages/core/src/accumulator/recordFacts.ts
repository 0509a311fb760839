import { Reader } from '@posthorn/protocol'

const ATTRIBUTES_BYTES = 1

/**
 * Most runs that are noted as records are appended. With thousands of partitions nearly every record of a batch has
 * another time than the one before, and noting that would mean two more lines of memory to fetch for each; those batches
 * are read back in one go, once they are stored.
 */
export const MOST_NOTED_RUNS = 4

/** What {@link BatchOutcome.facts} is of `count` records, read from their bytes. */
export function readFacts(records: Uint8Array, count: number): number[] {
  const facts: number[] = []
  const reader = new Reader(records, 'Records of a batch')
  let [delta, keyBytes, valueBytes] = [0, 0, 0]
  for (let index = 0; index < count; index++) {
    const size = reader.varint()
    const next = reader.offset + size
    reader.skip(ATTRIBUTES_BYTES)
    const ownDelta = reader.varlong()
    reader.varint()
    const ownKeyBytes = reader.varint()
    if (ownKeyBytes > 0) reader.skip(ownKeyBytes)
    const ownValueBytes = reader.varint()
    if (index === 0 || ownDelta !== delta || ownKeyBytes !== keyBytes || ownValueBytes !== valueBytes) {
      facts.push(index, ownDelta, ownKeyBytes, ownValueBytes)
      delta = ownDelta
      keyBytes = ownKeyBytes
      valueBytes = ownValueBytes
    }
    reader.skip(next - reader.offset)
  }
  return facts
}
