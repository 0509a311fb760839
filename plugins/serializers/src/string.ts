import type { Plugin, Serializer } from '@posthorn/contracts'
import { describe } from './describe.ts'

/**
 * Strings as UTF-8 (`StringSerializer`). A surrogate without its partner becomes U+FFFD, as in any UTF-8 encoder.
 * Refuses everything but a string with a `TypeError` that tells what it got.
 */
export function string(): Plugin<Serializer<string>> {
  return () => ({ name: 'string', serialize: (_topic, value) => checked(value) })
}

function checked(value: unknown): string {
  if (typeof value === 'string') return value
  throw new TypeError(`expected a string, got ${describe(value)}`)
}
