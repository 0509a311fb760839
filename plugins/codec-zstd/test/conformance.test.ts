import { codecConformance } from '@posthorn/testkit/conformance'
import { describe, test } from 'vitest'
import { zstd } from '../src/index.ts'

describe.each([
  ['by default', undefined],
  ['always at once', 0x7fffffff],
  ['always in the pool', 0],
])('zstd keeps the contract of Codec, %s', (_, syncBytes) => {
  for (const { name, run } of codecConformance({ create: () => zstd({ syncBytes }), features: { checksum: false } }))
    test(name, run)
})
