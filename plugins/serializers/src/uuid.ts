import type { Plugin, Serializer } from '@posthorn/contracts'
import { describe } from './describe.ts'

const form = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/**
 * UUIDs as their text of 36 characters, in lower case (`UUIDSerializer`). Takes the text, in either case, of any version.
 * Refuses everything else.
 */
export function uuid(): Plugin<Serializer<string>> {
  return () => ({ name: 'uuid', serialize: (_topic, value) => text(value) })
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError(`expected a UUID, got ${describe(value)}`)
  const lower = value.toLowerCase()
  if (form.test(lower)) return lower
  throw new TypeError('expected a UUID, got a string that is none')
}
