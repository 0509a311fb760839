import { serializerConformance } from '@posthorn/testkit/conformance/serializer'
import { describe, test } from 'vitest'
import { schemaRegistry } from '../src/index.ts'

const frame = [0, 0, 0, 0, 9]

function encode(value: unknown): Uint8Array {
  if (typeof value !== 'string') throw new TypeError(`expected a string, got a ${typeof value}`)
  return Buffer.from(value)
}

const registry = {
  serialize: (_topic: string, value: unknown) =>
    new Promise<Uint8Array>((resolve) => resolve(Uint8Array.of(...frame, ...encode(value)))),
}

const samples = ['abc', ''].map((value) => ({ value, bytes: Uint8Array.of(...frame, ...encode(value)) }))

const suites = {
  'the registry’s serializer alone': serializerConformance<unknown>({
    create: () => schemaRegistry(registry),
    samples,
    refused: [1, {}],
  }),
  'with encode': serializerConformance<unknown>({
    create: () => schemaRegistry(registry, { encode }),
    samples,
    refused: [1, {}],
  }),
}

describe.each(Object.entries(suites))('%s', (_, cases) => {
  for (const { name, run } of cases) test(name, run)
})
