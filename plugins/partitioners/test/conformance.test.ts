import { partitionerConformance } from '@posthorn/testkit/conformance'
import { describe, test } from 'vitest'
import { murmur2Sticky, roundRobin } from '../src/index.ts'

const withoutKeys = { keyed: false }

describe.each([
  ['murmur2Sticky()', () => murmur2Sticky(), {}],
  ['murmur2Sticky({ adaptive: false })', () => murmur2Sticky({ adaptive: false }), {}],
  ['murmur2Sticky({ ignoreKeys: true })', () => murmur2Sticky({ ignoreKeys: true }), withoutKeys],
  ['roundRobin()', () => roundRobin(), withoutKeys],
])('%s keeps the contract of Partitioner', (_, create, features) => {
  for (const { name, run } of partitionerConformance({ create, features })) test(name, run)
})
