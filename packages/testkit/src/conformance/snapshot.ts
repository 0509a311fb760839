import { isDeepStrictEqual } from 'node:util'

/** A copy of plain data that later changes do not reach: objects, lists, bytes and dates; anything else as it is. */
export function snapshot(value: unknown): unknown {
  if (value instanceof Uint8Array) return value.slice()
  if (value instanceof Date) return new Date(value)
  if (Array.isArray(value)) return value.map((each) => snapshot(each))
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, snapshot(each)]))
}

/** Whether a value is as it was when the snapshot was taken. */
export function sameValue(value: unknown, taken: unknown): boolean {
  return isDeepStrictEqual(snapshot(value), taken)
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
