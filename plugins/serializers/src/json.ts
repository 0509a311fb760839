import type { Plugin, Serializer } from '@posthorn/contracts'
import { describe } from './describe.ts'

/**
 * Values as JSON, by `JSON.stringify`, with what that does to members: `toJSON` is called, `undefined` and functions
 * inside an object are left out, `NaN` becomes `null`. Refuses, with a `TypeError` that tells what it got, a value that
 * JSON has no text for: a function or a symbol, and anything that holds a `bigint` or itself.
 */
export function json<T = unknown>(): Plugin<Serializer<T>> {
  return () => ({ name: 'json', serialize: (_topic, value) => text(value) })
}

// The library's types leave out what JSON has no text for.
const stringify: (value: unknown) => string | undefined = JSON.stringify

function text(value: unknown): string {
  let result: string | undefined
  try {
    result = stringify(value)
  } catch (cause) {
    // Only the first line: those after it draw the path of a circle, members' names included.
    const [reason] = cause instanceof Error ? cause.message.split('\n') : [String(cause)]
    throw new TypeError(`expected a JSON value, got ${describe(value)}: ${reason ?? ''}`, { cause })
  }
  if (result === undefined) throw new TypeError(`expected a JSON value, got ${describe(value)}`)
  return result
}
