import { createHash } from 'node:crypto'

/** What one partitioner of one foreign client did with the vectors' keys. A line of `Foreign.jsonl`. */
export interface Vector {
  readonly client: string
  readonly version: string
  /** The client's own name of it. */
  readonly partitioner: string
  /** How the partitions were had: by calling its function, or by producing with the client. */
  readonly by: 'function' | 'producing'
  /** Keys that were placed; those of length 0 are left out where the client takes them for none. */
  readonly keys: number
  /** {@link digest} of the partitions of all keys, for each number of partitions. */
  readonly digests: Readonly<Record<string, string>>
  /** Where a record without a key goes, for each number of partitions; absent where chance decides. */
  readonly keyless?: Readonly<Record<string, number>>
}

/** The partitions themselves, for one number of partitions: what a digest of some vectors stands for. */
export interface Table {
  readonly digest: string
  readonly count: number
  /** Little-endian integers of 32 bits, in base64. */
  readonly partitions: string
}

/** SHA-256 of partitions as little-endian integers of 32 bits, in hex. */
export function digest(partitions: readonly number[]): string {
  return createHash('sha256').update(packed(partitions)).digest('hex')
}

/** Partitions as little-endian integers of 32 bits. */
export function packed(partitions: readonly number[]): Buffer {
  const bytes = Buffer.alloc(partitions.length * 4)
  for (const [i, partition] of partitions.entries()) bytes.writeInt32LE(partition, i * 4)
  return bytes
}
