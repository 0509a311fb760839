import type { InputRecord, RecordReader } from '../record.ts'
import { type Line, lineBatches } from './lineBatches.ts'

/** How `--format lines` reads. */
export interface LinesOptions {
  /** What ends the key; `null` for records without keys. */
  readonly keySeparator: Uint8Array | null
  /** Longest line that is kept. */
  readonly maxBytes: number
}

/** `--format lines`: each line is a record, byte for byte. Nothing is decoded, so nothing can be altered. */
export function linesReader({ keySeparator, maxBytes }: LinesOptions): RecordReader {
  return async function* (chunks) {
    let number = 0
    for await (const lines of lineBatches(chunks, maxBytes)) {
      yield lines.map((line) => record(++number, line, keySeparator))
    }
  }
}

function record(number: number, line: Line, separator: Uint8Array | null): InputRecord {
  const end = separator === null || line === null ? -1 : line.indexOf(separator)
  if (separator === null || line === null || end === -1) return { line: number, key: null, value: line }
  return { line: number, key: line.subarray(0, end), value: line.subarray(end + separator.length) }
}
