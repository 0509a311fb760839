import type { InputRecord, RecordReader } from '../../src/produce/record.ts'

/** Bytes as a stream would bring them. */
export async function* chunked(...chunks: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield await Promise.resolve(Buffer.from(chunk))
}

/** A record with its bytes as text. */
export interface ReadableRecord {
  readonly line: number
  readonly key: string | null
  readonly value: string | null
}

/** All records that a reader finds in the chunks. */
export async function readAll(
  reader: RecordReader,
  ...chunks: readonly (string | Uint8Array)[]
): Promise<ReadableRecord[]> {
  const found: ReadableRecord[] = []
  for await (const records of reader(chunked(...chunks))) found.push(...records.map(asText))
  return found
}

function asText({ line, key, value }: InputRecord): ReadableRecord {
  const text = (bytes: Uint8Array | string | null): string | null =>
    bytes === null ? null : Buffer.from(bytes).toString()
  return { line, key: text(key), value: text(value) }
}
