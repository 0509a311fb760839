import { describe, expect, it } from 'vitest'
import { chaosOptions } from './options.ts'

describe('the command line of chaos', () => {
  it('counts records and goes past the proxies for kills', () => {
    expect(chaosOptions(['--scenario', 'kills']).plan).toMatchObject({ records: 2_000_000, faultsPerSecond: 0 })
  })

  it('counts time and harms connections otherwise, for every driver named', () => {
    const { plan, drivers } = chaosOptions(['--minutes', '10', '--driver', 'posthorn', '--driver', 'kafkajs'])
    expect(plan).toMatchObject({ scenario: 'idempotent', faultSeconds: 600, records: 0, faultsPerSecond: 5 })
    expect(drivers).toEqual(['posthorn', 'kafkajs'])
  })

  it('refuses what it does not know', () => {
    expect(() => chaosOptions(['--scenario', 'peace'])).toThrow('--scenario peace: expected kills, idempotent')
    expect(() => chaosOptions(['--seed', 'x'])).toThrow('--seed x: expected a number from 0 on')
  })
})
