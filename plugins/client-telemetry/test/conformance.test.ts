import { hooksConformance } from '@posthorn/testkit/conformance'
import { describe, test } from 'vitest'
import { clientTelemetry } from '../src/index.ts'

describe('conformance', () => {
  // A clientTelemetry() knows the id of one producer, so that each instance is one of its own.
  const cases = hooksConformance({ create: () => (env) => clientTelemetry()(env) })
  test.each(cases)('$name', ({ run }) => run())
})
