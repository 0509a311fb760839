import { readFileSync } from 'node:fs'
import { UsageError } from '../exitCodes.ts'

const MOST_VALUES = 10_000
const MOST_POOL_BYTES = 16 * 1024 * 1024
const LETTERS = 26
const FIRST_LETTER = 65

/**
 * Values of so many bytes, made once: random capital letters, which a codec makes about two thirds as large. The same in
 * every run, so that runs can be compared.
 */
export function randomValues(size: number): Uint8Array[] {
  const count = Math.max(1, Math.min(MOST_VALUES, Math.floor(MOST_POOL_BYTES / Math.max(1, size))))
  let state = 0x2545f491
  return Array.from({ length: count }, () => {
    const value = new Uint8Array(size)
    for (let i = 0; i < size; i++) {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      value[i] = FIRST_LETTER + ((state >>> 0) % LETTERS)
    }
    return value
  })
}

/** The lines of a file, without what ends them; empty ones are passed over. */
export function fileValues(file: string): Uint8Array[] {
  let bytes: Buffer
  try {
    bytes = readFileSync(file)
  } catch (error) {
    throw new UsageError(`--payload-file ${file}: ${(error as Error).message}`, { cause: error })
  }
  const values: Uint8Array[] = []
  for (let from = 0; from < bytes.length;) {
    const newline = bytes.indexOf(0x0a, from)
    const end = newline < 0 ? bytes.length : newline
    if (end > from) values.push(bytes.subarray(from, end))
    from = end + 1
  }
  if (values.length === 0) throw new UsageError(`--payload-file ${file}: there is no line in it`)
  return values
}
