import { deliveryConformance } from '@posthorn/testkit/conformance'
import { idempotence } from '@posthorn/idempotence'
import { describe, test } from 'vitest'

describe('idempotence keeps the contract of Delivery', () => {
  for (const { name, run } of deliveryConformance({ create: () => idempotence() })) test(name, run)
})
