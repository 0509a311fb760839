import { codecConformance } from '@posthorn/testkit/conformance'
import { describe, test } from 'vitest'
import { snappy } from '../src/index.ts'
import { foreign } from './foreign.ts'

describe.each([
  ['by default', undefined],
  ['always at once', 0x7fffffff],
  ['always in pieces', 0],
])('snappy keeps the contract of Codec, %s', (_, syncBytes) => {
  for (const { name, run } of codecConformance({
    create: () => snappy({ syncBytes }),
    features: { checksum: false },
    foreign,
  }))
    test(name, run)
})
