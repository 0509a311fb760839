import { TextDecoder } from 'node:util'
import { InputError, type InputRecord, type RecordReader } from '../record.ts'
import { keyText } from './keyText.ts'
import { type Line, lineBatches } from './lineBatches.ts'

/** How `--format ndjson` and `--format csv` read. */
export interface FieldOptions {
  /** Member or column that is the key; `null` for records without keys. */
  readonly keyField: string | null
  /** Longest line that is kept. */
  readonly maxBytes: number
}

const CARRIAGE_RETURN = 0x0d

/** `--format ndjson`: each line is a JSON value, checked and then sent as it stands. Empty lines are passed over. */
export function ndjsonReader({ keyField, maxBytes }: FieldOptions): RecordReader {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  return async function* (chunks) {
    let number = 0
    for await (const lines of lineBatches(chunks, maxBytes)) {
      const records: InputRecord[] = []
      for (const line of lines) {
        number++
        try {
          const found = record(number, line, keyField, decoder)
          if (found !== null) records.push(found)
        } catch (error) {
          // What came before the broken line is sent all the same.
          if (records.length > 0) yield records
          throw error
        }
      }
      yield records
    }
  }
}

function record(number: number, line: Line, keyField: string | null, decoder: TextDecoder): InputRecord | null {
  if (line === null) return { line: number, key: null, value: null }
  const value = line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line
  const parsed = parse(number, value, decoder)
  if (parsed === undefined) return null
  return { line: number, key: keyField === null ? null : keyOf(number, parsed, keyField), value }
}

function parse(number: number, value: Uint8Array, decoder: TextDecoder): unknown {
  let text: string
  try {
    text = decoder.decode(value)
  } catch (cause) {
    throw new InputError(number, 'not UTF-8', { cause })
  }
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    throw new InputError(number, `not JSON: ${(cause as Error).message}`, { cause })
  }
}

function keyOf(number: number, parsed: unknown, keyField: string): string | null {
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new InputError(number, `not a JSON object, so it has no member "${keyField}" to be the key`)
  }
  // Members that every object inherits are no part of the input.
  return Object.hasOwn(parsed, keyField) ? keyText((parsed as Record<string, unknown>)[keyField]) : null
}
