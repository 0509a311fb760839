import { expect, it } from 'vitest'
import { describeKafka } from '../kafka/testCluster.ts'
import type { Plan } from './run/plan.ts'
import { runPlan } from './run/runPlan.ts'
import { wrongsOf } from './run/table.ts'

describeKafka('three real brokers behind proxies that do harm, one of them killed', () => {
  it('every record has an outcome and is stored once, in order', { timeout: 240_000 }, async () => {
    const plan: Plan = {
      scenario: 'idempotent',
      kafka: '4.4',
      seed: 4,
      records: 0,
      valueBytes: 40,
      faultSeconds: 12,
      quietSeconds: 1,
      rate: 5000,
      faultsPerSecond: 5,
      killEverySeconds: 1.5,
    }
    const result = await runPlan(plan, 'posthorn', { log: () => {}, conditions: ['@posthorn/source'] })
    expect(wrongsOf(result)).toEqual([])
    expect(result.verdict).toMatchObject({ failed: 0, unknown: 0 })
    expect(result.verdict.stored).toBeGreaterThan(10_000)
    expect(result.faults.brokerKills).toBeGreaterThan(0)
    expect(Object.values(result.faults.byKind).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(20)
  })
})
