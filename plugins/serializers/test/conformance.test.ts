import { serializerConformance } from '@posthorn/testkit/conformance'
import { describe, test } from 'vitest'
import { boolean, bytes, float64, int32, int64, json, string, uuid } from '../src/index.ts'

const circle: Record<string, unknown> = {}
circle['self'] = circle

const suites = {
  string: serializerConformance({
    create: () => string(),
    samples: [
      { value: '', bytes: '' },
      { value: 'grüße', bytes: Uint8Array.of(0x67, 0x72, 0xc3, 0xbc, 0xc3, 0x9f, 0x65) },
    ],
    refused: [1, {}, new Uint8Array(1), true],
  }),
  json: serializerConformance<unknown>({
    create: () => json(),
    samples: [
      { value: { id: 1, tags: ['a'], none: undefined }, bytes: '{"id":1,"tags":["a"]}' },
      { value: 'text', bytes: '"text"' },
      { value: 0, bytes: '0' },
      { value: new Date(0), bytes: '"1970-01-01T00:00:00.000Z"' },
    ],
    refused: [() => 1, Symbol('s'), 1n, { deep: [1n] }, circle],
  }),
  bytes: serializerConformance<Uint8Array | ArrayBuffer>({
    create: () => bytes(),
    samples: [
      { value: new Uint8Array(0), bytes: '' },
      { value: Uint8Array.of(0, 1, 2, 3).subarray(1, 3), bytes: Uint8Array.of(1, 2) },
      { value: Uint8Array.of(7, 8).buffer, bytes: Uint8Array.of(7, 8) },
    ],
    refused: ['text', [1, 2], 5, new Float64Array(1), {}],
  }),
  'string UTF-16LE': serializerConformance({
    create: () => string({ encoding: 'UTF-16LE' }),
    samples: [
      { value: 'ab', bytes: 'a\0b\0' },
      { value: '', bytes: '' },
    ],
    refused: [1],
  }),
  int32: serializerConformance({
    create: () => int32(),
    samples: [
      { value: 1, bytes: Uint8Array.of(0, 0, 0, 1) },
      { value: -2, bytes: Uint8Array.of(255, 255, 255, 254) },
    ],
    refused: ['1', 1n, 0.5, Number.NaN, 2 ** 31],
  }),
  int64: serializerConformance<bigint | number>({
    create: () => int64(),
    samples: [
      { value: 1n, bytes: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1) },
      { value: -2, bytes: Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 254) },
    ],
    refused: ['1', 2n ** 63n, 0.5, 2 ** 53],
  }),
  float64: serializerConformance({
    create: () => float64(),
    samples: [
      { value: 1, bytes: Uint8Array.of(0x3f, 0xf0, 0, 0, 0, 0, 0, 0) },
      { value: -2, bytes: Uint8Array.of(0xc0, 0, 0, 0, 0, 0, 0, 0) },
    ],
    refused: ['1', 1n, true],
  }),
  boolean: serializerConformance({
    create: () => boolean(),
    samples: [
      { value: true, bytes: Uint8Array.of(1) },
      { value: false, bytes: Uint8Array.of(0) },
    ],
    refused: [1, 'true'],
  }),
  uuid: serializerConformance({
    create: () => uuid(),
    samples: [
      { value: 'c0ffee00-0000-4000-8000-00000000000a', bytes: 'c0ffee00-0000-4000-8000-00000000000a' },
      { value: 'C0FFEE00-0000-4000-8000-00000000000B', bytes: 'c0ffee00-0000-4000-8000-00000000000b' },
    ],
    refused: ['c0ffee', 1, 'c0ffee00-0000-4000-8000-00000000000a '],
  }),
}

describe.each(Object.entries(suites))('%s keeps the contract of Serializer', (_, cases) => {
  for (const { name, run } of cases) test(name, run)
})
