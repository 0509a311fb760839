import type { Plugin, Serializer } from '@posthorn/contracts'
import { describe } from './describe.ts'

/**
 * Bytes as they are (`ByteArraySerializer`): a `Uint8Array`, Node's `Buffer` among them, or a whole `ArrayBuffer`. The
 * memory is not copied here. Refuses everything else with a `TypeError` that tells what it got.
 */
export function bytes(): Plugin<Serializer<Uint8Array | ArrayBuffer>> {
  return () => ({ name: 'bytes', serialize: (_topic, value) => view(value) })
}

function view(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value
  // By tag: `instanceof` does not know the arrays of another realm, such as a test runner's.
  const tag = Object.prototype.toString.call(value)
  if (tag === '[object Uint8Array]' && ArrayBuffer.isView(value)) return value as Uint8Array
  if (tag === '[object ArrayBuffer]') return new Uint8Array(value as ArrayBuffer)
  throw new TypeError(`expected bytes (Uint8Array or ArrayBuffer), got ${describe(value)}`)
}
