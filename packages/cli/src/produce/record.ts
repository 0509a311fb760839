/** A record as it was read. */
export interface InputRecord {
  /** Line that it begins at, from 1. */
  readonly line: number
  /** `null` for none. */
  readonly key: Uint8Array | string | null
  /** `null` stands for one that is larger than any request may be: it was not kept. */
  readonly value: Uint8Array | string | null
}

/** Divides bytes into records; a list per chunk, so that nothing is awaited for each record. */
export type RecordReader = (chunks: AsyncIterable<Uint8Array>) => AsyncIterable<readonly InputRecord[]>

/** Input that is not what its format says. */
export class InputError extends Error {
  override readonly name: string = 'InputError'
  constructor(line: number, what: string, options?: ErrorOptions) {
    super(`line ${line}: ${what}`, options)
  }
}
