import { describe, expect, it } from 'vitest'
import type { AnsweredBatch } from '../../src/sender/answeredBatches.ts'
import { AnsweredBatches } from '../../src/sender/answeredBatches.ts'

/** Adds batches of so many records, without bytes, and notes which are told. */
function answers(): {
  readonly batches: AnsweredBatches
  readonly told: string[]
  add(name: string, records: number, isDear?: boolean): void
} {
  const batches = new AnsweredBatches()
  const told: string[] = []
  return {
    batches,
    told,
    add: (name, recordCount, isDear = false) =>
      batches.add({ recordCount, recordBytes: 0, isDear }, () => told.push(name)),
  }
}

const one: AnsweredBatch = { recordCount: 1, recordBytes: 0, isDear: false }

describe('answered batches', () => {
  it('are told at once while there is room in the turn, whatever the first one costs', () => {
    const { batches, told, add } = answers()
    add('a', 10_000)
    add('b', 1)
    expect(told).toEqual(['a'])
    expect(batches.isBusy).toBe(true)
    batches.onPass()
    expect(told, 'its turn has room for no more').toEqual(['a'])
    batches.onPass()
    expect(told).toEqual(['a', 'b'])
    expect(batches.isBusy).toBe(false)
  })

  it('keep their order: none that has room overtakes one that waits', () => {
    const { batches, told, add } = answers()
    add('a', 2000)
    add('b', 5000)
    add('c', 1)
    expect(told).toEqual(['a'])
    batches.onPass()
    batches.onPass()
    expect(told).toEqual(['a', 'b', 'c'])
  })

  it('begin anew with each pass', () => {
    const { batches, told, add } = answers()
    for (const name of ['a', 'b', 'c']) {
      add(name, 4000)
      batches.onPass()
    }
    expect(told).toEqual(['a', 'b', 'c'])
  })

  it('cost something each, however few their records', () => {
    const { batches, told, add } = answers()
    for (let i = 0; i < 1000; i++) add(`${i}`, 1)
    expect(told.length).toBeGreaterThan(100)
    expect(told.length).toBeLessThan(300)
    batches.tellAll()
    expect(told).toHaveLength(1000)
  })

  it('cost more where it is dear to tell of records, or they have many bytes', () => {
    const { batches, told, add } = answers()
    for (let i = 0; i < 5; i++) add('cheap', 1000)
    expect(told).toHaveLength(5)
    batches.onPass()
    for (let i = 0; i < 5; i++) add('dear', 1000, true)
    expect(told.slice(5)).toEqual(['dear', 'dear'])
    batches.tellAll()
    batches.onPass()
    told.length = 0
    for (let i = 0; i < 5; i++) batches.add({ ...one, recordBytes: 512 * 1024 }, () => told.push('large'))
    expect(told).toEqual(['large', 'large'])
  })

  it('are told once, also when telling one has all told', () => {
    const { batches, told, add } = answers()
    add('a', 10_000)
    batches.add(one, () => {
      told.push('b')
      batches.tellAll()
      batches.onPass()
    })
    add('c', 1)
    batches.tellAll()
    expect(told).toEqual(['a', 'b', 'c'])
  })

  it('are told however one of them throws', () => {
    const { batches, told, add } = answers()
    add('a', 10_000)
    batches.add(one, () => {
      throw new Error('of one')
    })
    add('c', 1)
    expect(() => batches.tellAll()).toThrow('of one')
    batches.tellAll()
    expect(told).toEqual(['a', 'c'])
  })
})
