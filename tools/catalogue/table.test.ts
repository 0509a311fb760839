import { describe, expect, test } from 'vitest'
import { readCatalogue } from './behaviours.ts'
import { claimsIn } from './claims.ts'
import { report } from './table.ts'

const catalogue = {
  sections: { 1: 'One', 2: 'Two' },
  behaviours: [
    { id: 'AAA-01', section: 1, summary: 'a | b' },
    { id: 'AAA-02', section: 1, summary: 'c' },
    { id: 'BBB-01', section: 2, summary: 'd' },
    { id: 'BBB-02', section: 2, summary: 'e' },
  ],
}
const none = { out: {}, later: {} }

describe('claimsIn()', () => {
  test('finds the IDs of titles, also of those in lists, and of no comment', () => {
    const source = [
      "test('AAA-01 BBB-02: it holds', () => {})",
      "const variants = [['slow (AAA-02)', 1]]",
      '// AAA-09 is not ours',
      ' * nor is AAA-08',
      'test(`in ${mode}: BBB-01`, run)',
    ].join('\n')
    expect(claimsIn(source, 'x.test.ts').flatMap(({ ids }) => ids)).toEqual(['AAA-01', 'BBB-02', 'AAA-02', 'BBB-01'])
  })
})

describe('report()', () => {
  test('tells what is done, out, later and untested, and names the tests', () => {
    const claims = [{ file: 'packages/core/test/a.test.ts', title: 'AAA-01', ids: ['AAA-01'] }]
    const { counts, problems, markdown } = report(
      catalogue,
      { out: { 'BBB-01': 'because' }, later: { 2: 'soon' } },
      claims,
    )
    expect(counts).toEqual({ done: 1, out: 1, later: 1, untested: 1 })
    expect(problems).toEqual([])
    expect(markdown).toContain('| AAA-01 | a \\| b | done | [a.test.ts](../packages/core/test/a.test.ts) |')
    expect(markdown).toContain('| BBB-01 | d | out | because |')
  })

  test('complains of tests that name what does not exist, or what is said to be out', () => {
    const claim = (id: string) => ({ file: 'a.test.ts', title: id, ids: [id] })
    expect(report(catalogue, none, [claim('AAA-77')]).problems).toHaveLength(1)
    expect(report(catalogue, { out: { 'AAA-01': 'no' }, later: {} }, [claim('AAA-01')]).problems).toHaveLength(1)
    expect(report(catalogue, { out: { 'AAA-99': 'no' }, later: {} }, []).problems).toHaveLength(1)
    expect(report(catalogue, none, [claim('ISO-88')]).problems).toEqual([])
  })
})

test('the catalogue has every ID once, in sections that exist', () => {
  const { sections, behaviours } = readCatalogue()
  expect(new Set(behaviours.map(({ id }) => id)).size).toBe(behaviours.length)
  expect(behaviours.every(({ section }) => sections[section] !== undefined)).toBe(true)
})
