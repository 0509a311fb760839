import { codecConformance } from '@posthorn/testkit/conformance'
import { describe, test } from 'vitest'
import { gzip } from '../src/index.ts'

describe.each([
  ['by default', undefined],
  ['always at once', 0x7fffffff],
  ['always in the pool', 0],
])('gzip keeps the contract of Codec, %s', (_, syncBytes) => {
  for (const { name, run } of codecConformance({ create: () => gzip({ syncBytes }) })) test(name, run)
})
