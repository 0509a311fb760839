import { isDeepStrictEqual } from 'node:util'
import type { Plugin, RecordHeader, RecordHeaders, Serialized, Serializer } from '@posthorn/contracts'
import { explained, type ConformanceCase } from './case.ts'
import { check, refuses, same, sameBytes, show } from './checks.ts'
import { conformanceEnv } from './env.ts'

export type { ConformanceCase } from './case.ts'

/** A value and what the serializer has to make of it. */
export interface SerializerSample<T> {
  /** The value; never `null` or `undefined`, which no serializer is given. */
  readonly value: T
  /** The bytes expected; a string stands for its UTF-8, `null` for Kafka's null. */
  readonly bytes: Uint8Array | string | null
}

/** What {@link serializerConformance} needs to know. */
export interface SerializerSetup<T> {
  /** Makes the plugin, as an application would. Called for each case. */
  readonly create: () => Plugin<Serializer<T>>
  /** At least two values that give different bytes; `structuredClone` can copy them. */
  readonly samples: readonly SerializerSample<T>[]
  /** Values that have to be refused; empty when there are none. */
  readonly refused: readonly unknown[]
}

/** The cases that every {@link Serializer} has to pass. Throws when the set-up itself cannot work. */
export function serializerConformance<T>(setup: SerializerSetup<T>): ConformanceCase[] {
  const { samples, refused } = setup
  check(samples.length >= 2, 'serializerConformance needs at least two samples')
  for (const { value } of samples) {
    check(value !== null && value !== undefined, 'no serializer is ever given null or undefined: take the sample out')
  }
  const make = (): Serializer<T> => setup.create()(conformanceEnv())
  return explained([
    ...identity(setup),
    ...results(make, samples),
    ...ownership(make, samples),
    ...refused.map((value, i) => ({
      name: `value ${i + 1} of those to be refused (${kind(value)}) is refused with an error`,
      async run() {
        await refuses(() => call(make(), value as T), show(value))
      },
    })),
  ])
}

class Headers implements RecordHeaders {
  readonly list: RecordHeader[] = [{ key: 'kept', value: Uint8Array.of(1, 2, 3) }]

  get size(): number {
    return this.list.length
  }

  add(key: string, value: RecordHeader['value']): void {
    this.list.push({ key, value })
  }

  [Symbol.iterator](): Iterator<RecordHeader> {
    return this.list[Symbol.iterator]()
  }
}

function call<T>(serializer: Serializer<T>, value: T, headers = new Headers()): Serialized | PromiseLike<Serialized> {
  return serializer.serialize('topic', value, headers)
}

/** A copy, as the producer takes one before the next record, so that a serializer may reuse its memory. */
function copied(result: unknown): Uint8Array | null {
  if (result === null) return null
  if (typeof result === 'string') return new TextEncoder().encode(result)
  if (result instanceof ArrayBuffer) return new Uint8Array(result.slice(0))
  check(ArrayBuffer.isView(result), `expected bytes, a string or null, found ${kind(result)}`)
  return new Uint8Array(result.buffer, result.byteOffset, result.byteLength).slice()
}

function matches(found: Uint8Array | null, expected: Uint8Array | string | null, what: string): void {
  const bytes = copied(expected)
  if (found === null || bytes === null) same(found, bytes, what)
  else sameBytes(found, bytes, what)
}

function kind(value: unknown): string {
  return value === null || typeof value !== 'object' ? typeof value : Object.prototype.toString.call(value)
}

function identity<T>({ create, samples }: SerializerSetup<T>): ConformanceCase[] {
  return [
    {
      name: 'it has a name',
      run: () => check(create()(conformanceEnv()).name.length > 0, 'name: expected a text, found none'),
    },
    {
      name: 'two instances share nothing: one works after the other was closed',
      async run() {
        const plugin = create()
        const first = plugin(conformanceEnv())
        const second = plugin(conformanceEnv())
        const { value, bytes } = samples[0]!
        await call(first, value)
        first.close?.()
        matches(copied(await call(second, value)), bytes, 'result')
      },
    },
  ]
}

function results<T>(make: () => Serializer<T>, samples: readonly SerializerSample<T>[]): ConformanceCase[] {
  return [
    {
      name: 'each sample gives the bytes expected',
      async run() {
        for (const [i, { value, bytes }] of samples.entries()) {
          matches(copied(await call(make(), value)), bytes, `sample ${i + 1}`)
        }
      },
    },
    {
      name: 'a result is a Uint8Array, a string or null',
      async run() {
        for (const { value } of samples) {
          const result: unknown = await call(make(), value)
          const fits = result === null || typeof result === 'string' || result instanceof Uint8Array
          check(fits, `expected a Uint8Array, a string or null, found ${kind(result)}`)
        }
      },
    },
    {
      name: 'a value gives the same bytes each time',
      async run() {
        const serializer = make()
        for (const round of [1, 2, 3]) {
          for (const { value, bytes } of samples) {
            matches(copied(await call(serializer, value)), bytes, `round ${round}`)
          }
        }
      },
    },
    {
      name: 'calls that overlap keep apart',
      async run() {
        const serializer = make()
        const pending = [...samples, ...samples].map(({ value }) => {
          const result = call(serializer, value)
          // What is there at once may live in memory that the next call reuses; what is promised may not.
          return isThenable(result) ? result : copied(result)
        })
        for (const [i, result] of pending.entries()) {
          matches(copied(await result), samples[i % samples.length]!.bytes, `call ${i + 1}`)
        }
      },
    },
  ]
}

function isThenable(value: Serialized | PromiseLike<Serialized>): value is PromiseLike<Serialized> {
  return typeof value === 'object' && value !== null && 'then' in value
}

function ownership<T>(make: () => Serializer<T>, samples: readonly SerializerSample<T>[]): ConformanceCase[] {
  return [
    {
      name: 'values stay unchanged',
      async run() {
        for (const [i, { value }] of samples.entries()) {
          const before = structuredClone(value)
          await call(make(), value)
          // Copies of both: a copy has lost its class and would never equal the value itself.
          const after = structuredClone(value)
          check(isDeepStrictEqual(after, before), `sample ${i + 1}: expected ${show(before)}, found ${show(after)}`)
        }
      },
    },
    {
      name: 'headers that are there stay as they were',
      async run() {
        for (const { value } of samples) {
          const headers = new Headers()
          await call(make(), value, headers)
          const first = headers.list[0]
          check(first !== undefined, 'header kept: expected to be there, found none')
          same(first.key, 'kept', 'key of the header')
          check(first.value instanceof Uint8Array, `value of the header: expected bytes, found ${show(first.value)}`)
          sameBytes(first.value, Uint8Array.of(1, 2, 3), 'value of the header')
        }
      },
    },
  ]
}
