import { pipeline, Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { InputError, type InputRecord, type RecordReader } from '../record.ts'
import type { FieldOptions } from './ndjson.ts'

interface Row {
  readonly record: Readonly<Record<string, string>>
  /** Lines read so far, this row's included. */
  readonly info: { readonly lines: number }
}

/** `--format csv`: a header row, then a record for each row, as a JSON object of its columns. */
export function csvReader({ keyField, maxBytes }: FieldOptions): RecordReader {
  return async function* (chunks) {
    const rows = parse({
      bom: true,
      columns: (header: string[]) => columns(header, keyField),
      info: true,
      max_record_size: maxBytes,
      skip_empty_lines: true,
    })
    // Errors reach the loop below by way of `rows`.
    pipeline(Readable.from(chunks), rows, () => {})
    try {
      for await (const row of rows as AsyncIterable<Row>) yield [toRecord(row, keyField)]
    } catch (error) {
      throw explained(error)
    }
  }
}

function columns(header: readonly string[], keyField: string | null): string[] {
  if (keyField !== null && !header.includes(keyField)) {
    throw new InputError(1, `no column "${keyField}"; there are ${header.map((name) => `"${name}"`).join(', ')}`)
  }
  return [...header]
}

function toRecord({ record, info }: Row, keyField: string | null): InputRecord {
  return {
    line: info.lines,
    key: keyField === null ? null : (record[keyField] ?? null),
    value: JSON.stringify(record),
  }
}

function explained(error: unknown): unknown {
  if (!(error instanceof CsvError)) return error
  const { lines } = error as CsvError & { readonly lines?: number }
  return lines === undefined ? error : new InputError(lines, `not CSV: ${error.message}`, { cause: error })
}
