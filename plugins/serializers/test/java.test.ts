import { readFileSync } from 'node:fs'
import type { Plugin, Serialized, Serializer } from '@posthorn/contracts'
import { describe, expect, test } from 'vitest'
import type { StringEncoding } from '../src/index.ts'
import { boolean, float32, float64, int16, int32, int64, string, uuid } from '../src/index.ts'
import { env, headers } from './env.ts'

/** Lines of `Java.jsonl`; `tools/serializers` writes them. */
interface JavaVector {
  readonly serializer: string
  /** As Java's `toString` shows it. */
  readonly value: string
  readonly bytes: string
}

const vectors = readFileSync(new URL('./vectors/Java.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as JavaVector)

type Case<T> = readonly [create: () => Plugin<Serializer<T>>, value: (text: string) => T]
const encoded = (encoding: StringEncoding): Case<string> => [() => string({ encoding }), String]
const cases = {
  int16: [int16, Number] satisfies Case<number>,
  int32: [int32, Number] satisfies Case<number>,
  int64: [int64, BigInt] satisfies Case<bigint | number>,
  float32: [float32, Number] satisfies Case<number>,
  float64: [float64, Number] satisfies Case<number>,
  boolean: [boolean, (text) => text === 'true'] satisfies Case<boolean>,
  uuid: [uuid, String] satisfies Case<string>,
  'string UTF-8': encoded('UTF-8'),
  'string UTF-16BE': encoded('UTF-16BE'),
  'string UTF-16LE': encoded('UTF-16LE'),
  'string ISO-8859-1': encoded('ISO-8859-1'),
  'string US-ASCII': encoded('US-ASCII'),
}

const hex = (result: Serialized | PromiseLike<Serialized>): string =>
  Buffer.from(result as Uint8Array | string as string).toString('hex')

describe('SER-05 SER-06 the bytes are those of Kafka 4.4.0’s own serializers', () => {
  test('each of its serializers has vectors', () => {
    expect([...new Set(vectors.map(({ serializer }) => serializer))].sort()).toEqual(Object.keys(cases).sort())
  })

  test.each(Object.entries(cases))('%s', (name, [create, value]) => {
    const serializer: Serializer<never> = create()(env)
    const mine = vectors.filter((vector) => vector.serializer === name)
    const found = mine.map(({ value: text }) => hex(serializer.serialize('topic', value(text) as never, headers)))
    expect(found).toEqual(mine.map(({ bytes }) => bytes))
  })

  test('int64 of a number is int64 of the bigint', () => {
    const safe = vectors.filter(
      ({ serializer, value }) => serializer === 'int64' && Number.isSafeInteger(Number(value)),
    )
    expect(safe.length).toBeGreaterThan(50)
    const serializer = int64()(env)
    const found = safe.map(({ value }) => hex(serializer.serialize('topic', Number(value), headers)))
    expect(found).toEqual(safe.map(({ bytes }) => bytes))
  })
})
