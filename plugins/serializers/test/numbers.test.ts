import type { Plugin, Serializer } from '@posthorn/contracts'
import { ConfigError } from '@posthorn/contracts'
import { describe, expect, test } from 'vitest'
import { boolean, float32, float64, int16, int32, int64, string, uuid } from '../src/index.ts'
import { env, headers } from './env.ts'

const serialize = (plugin: Plugin<Serializer<never>>, value: unknown): unknown =>
  plugin(env).serialize('topic', value as never, headers)

describe('SER-03 what does not fit is refused by what it is', () => {
  const beyond = (type: string): RangeError => new RangeError(`expected a value of ${type}, got a number beyond it`)
  const none = new TypeError('expected an integer, got a number that is none')
  const unsafe = new RangeError(
    'expected a value of int64, got a number beyond what is safe in a number; give a bigint',
  )

  test.each<[string, () => Plugin<Serializer<never>>, unknown, Error]>([
    ['int16', int16, 32_768, beyond('int16')],
    ['int16', int16, -32_769, beyond('int16')],
    ['int16', int16, 0.5, none],
    ['int32', int32, 2 ** 31, beyond('int32')],
    ['int32', int32, -(2 ** 31) - 1, beyond('int32')],
    ['int32', int32, Number.NaN, none],
    ['int32', int32, '7', new TypeError('expected an integer, got a string')],
    ['int32', int32, 7n, new TypeError('expected an integer, got a bigint')],
    ['int64', int64, 2n ** 63n, new RangeError('expected a value of int64, got a bigint beyond it')],
    ['int64', int64, -(2n ** 63n) - 1n, new RangeError('expected a value of int64, got a bigint beyond it')],
    ['int64', int64, 2 ** 53, unsafe],
    ['int64', int64, -(2 ** 53), unsafe],
    ['int64', int64, Infinity, none],
    ['float32', float32, '1', new TypeError('expected a number, got a string')],
    ['float64', float64, 1n, new TypeError('expected a number, got a bigint')],
    ['boolean', boolean, 1, new TypeError('expected a boolean, got a number')],
    ['uuid', uuid, 'c0ffee', new TypeError('expected a UUID, got a string that is none')],
    ['uuid', uuid, 5, new TypeError('expected a UUID, got a number')],
  ])('%s', (_, create, value, error) => {
    expect(() => serialize(create(), value)).toThrow(error)
  })
})

test('SER-06 a NaN is always the same', () => {
  const odd = new Float64Array(new BigUint64Array([0xfff4_0000_0000_0001n]).buffer)[0]
  expect(serialize(float64(), odd)).toEqual(Uint8Array.of(0x7f, 0xf8, 0, 0, 0, 0, 0, 0))
  expect(serialize(float32(), odd)).toEqual(Uint8Array.of(0x7f, 0xc0, 0, 0))
})

test('a UUID is written in lower case', () => {
  expect(serialize(uuid(), 'C0FFEE00-0000-4000-8000-00000000000A')).toBe('c0ffee00-0000-4000-8000-00000000000a')
})

test('half a surrogate pair becomes U+FFFD in UTF-16, and a question mark where there is no byte for it', () => {
  expect(serialize(string({ encoding: 'UTF-16BE' }), 'a\ud800')).toEqual(Uint8Array.of(0, 0x61, 0xff, 0xfd))
  expect(serialize(string({ encoding: 'ISO-8859-1' }), 'a\ud800')).toEqual(Uint8Array.of(0x61, 0x3f))
})

test('SER-05 an encoding that is not known is refused when the serializer is made', () => {
  const make = (): unknown => string({ encoding: 'EBCDIC' as never })
  expect(make).toThrow(ConfigError)
  expect(make).toThrow('string: encoding must be one of UTF-8, UTF-16BE, UTF-16LE, ISO-8859-1, US-ASCII; got "EBCDIC"')
})
