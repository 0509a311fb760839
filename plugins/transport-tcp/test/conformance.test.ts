import { transportConformance } from '@posthorn/testkit/conformance'
import { describe, test } from 'vitest'
import { tcp } from '../src/index.ts'

describe('tcp keeps the contract of Transport', () => {
  for (const { name, run } of transportConformance({ create: () => tcp() })) test(name, run)
})
