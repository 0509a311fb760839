import { codecConformance } from '@posthorn/testkit/conformance'
import { describe, test } from 'vitest'
import { lz4 } from '../src/index.ts'
import { foreign } from './foreign.ts'

describe.each([
  ['by default', undefined],
  ['always at once', 0x7fffffff],
  ['always in the pool', 0],
])('lz4 keeps the contract of Codec, %s', (_, syncBytes) => {
  for (const { name, run } of codecConformance({
    create: () => lz4({ syncBytes }),
    features: { checksum: false },
    foreign,
  }))
    test(name, run)
})
