import { serializerConformance } from '@posthorn/testkit/conformance'
import { describe, test } from 'vitest'
import { bytes, json, string } from '../src/index.ts'

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
}

describe.each(Object.entries(suites))('%s keeps the contract of Serializer', (_, cases) => {
  for (const { name, run } of cases) test(name, run)
})
