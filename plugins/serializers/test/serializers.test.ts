import { runInNewContext } from 'node:vm'
import type { Plugin, Serializer } from '@posthorn/contracts'
import { describe, expect, test } from 'vitest'
import { bytes, json, string } from '../src/index.ts'
import { env, headers } from './env.ts'

const serialize = <T>(plugin: Plugin<Serializer<T>>, value: unknown): unknown =>
  plugin(env).serialize('topic', value as T, headers)

describe('string', () => {
  test('SER-05 a string is left to the producer, which writes it as UTF-8', () => {
    expect(serialize(string(), 'grüße')).toBe('grüße')
  })

  test.each([
    [5, 'a number'],
    [true, 'a boolean'],
    [1n, 'a bigint'],
    [{}, 'an Object'],
    [new Uint8Array(2), 'an Uint8Array'],
    [Object.create(null), 'an object'],
    [() => 1, 'a function'],
    [function named() {}, 'a function (named)'],
  ])('SER-03 %s is refused by what it is', (value, what) => {
    expect(() => serialize(string(), value)).toThrow(new TypeError(`expected a string, got ${what}`))
  })
})

describe('json', () => {
  interface Invoice {
    id: string
    lines?: number[]
  }

  test('a value is written as JSON.stringify writes it', () => {
    const invoice: Invoice = { id: 'a', lines: [1, 2] }
    expect(json<Invoice>()(env).serialize('topic', invoice, headers)).toBe('{"id":"a","lines":[1,2]}')
  })

  test('a value may say itself what it is in JSON', () => {
    expect(serialize(json(), { toJSON: () => ({ of: 'its own' }) })).toBe('{"of":"its own"}')
  })

  const circle: Record<string, unknown> = {}
  circle['secret'] = circle

  test.each([
    ['undefined', undefined, 'expected a JSON value, got undefined'],
    ['a function', () => 1, 'expected a JSON value, got a function'],
    ['a symbol', Symbol('s'), 'expected a JSON value, got a symbol'],
    ['a bigint', 1n, 'expected a JSON value, got a bigint: Do not know how to serialize a BigInt'],
    ['a bigint inside', { n: 1n }, 'expected a JSON value, got an Object: Do not know how to serialize a BigInt'],
    ['a circle', circle, 'expected a JSON value, got an Object: Converting circular structure to JSON'],
  ])('SER-03 %s is refused, with what it is', (_, value, message) => {
    expect(() => serialize(json(), value)).toThrow(new TypeError(message))
  })

  test('SER-03 the error carries what JSON.stringify threw', () => {
    expect(() => serialize(json(), { n: 1n })).toThrow(
      expect.objectContaining({ cause: expect.any(TypeError) as never }),
    )
  })
})

describe('bytes', () => {
  test('bytes are passed on as they are, not copied', () => {
    const value = Uint8Array.of(1, 2, 3).subarray(1)
    expect(serialize(bytes(), value)).toBe(value)
    const { buffer } = Uint8Array.of(4, 5)
    expect(serialize(bytes(), buffer)).toEqual(Uint8Array.of(4, 5))
  })

  test('bytes of another realm are bytes', () => {
    const foreign: unknown = runInNewContext('Uint8Array.of(7, 8)')
    expect(foreign).not.toBeInstanceOf(Uint8Array)
    expect(serialize(bytes(), foreign)).toBe(foreign)
  })

  test.each([
    ['text', 'a string'],
    [[1, 2], 'an Array'],
    [new Float64Array(1), 'a Float64Array'],
    [new DataView(new ArrayBuffer(1)), 'a DataView'],
  ])('SER-03 %s is refused by what it is', (value, what) => {
    expect(() => serialize(bytes(), value)).toThrow(
      new TypeError(`expected bytes (Uint8Array or ArrayBuffer), got ${what}`),
    )
  })
})
