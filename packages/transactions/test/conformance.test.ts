import { deliveryConformance } from '@posthorn/testkit/conformance'
import { transactions } from '@posthorn/transactions'
import { describe, test } from 'vitest'

describe('transactions keep the contract of Delivery', () => {
  const cases = deliveryConformance({
    create: () => transactions({ transactionalId: 'billing' }),
    begin: async (handle) => {
      await handle.init()
      handle.begin()
    },
  })
  for (const { name, run } of cases) test(name, run)
})
