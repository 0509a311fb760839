import { describe, test } from 'node:test'
import { codecConformance } from '@posthorn/testkit/conformance'
import { pakoGzip } from '../src/index.ts'

void describe('pakoGzip keeps the contract of Codec', () => {
  for (const { name, run } of codecConformance({ create: () => pakoGzip() })) {
    void test(name, () => run())
  }
})
