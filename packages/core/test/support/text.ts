import type { StoredRecord } from '@posthorn/testkit'

/** Values of records as text, in order. */
export function values(records: readonly StoredRecord[]): string[] {
  return records.map(({ value }) => text(value))
}

/** Bytes as UTF-8; `∅` for null. */
export function text(bytes: Uint8Array | null): string {
  return bytes === null ? '∅' : new TextDecoder().decode(bytes)
}

/** Text as UTF-8. */
export function bytes(of: string): Uint8Array {
  return new TextEncoder().encode(of)
}
