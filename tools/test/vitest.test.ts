import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from '../bootstrap/paths.mjs'
import { count, type Report } from './vitest.ts'

function report(...files: readonly (readonly [name: string, status: string, ...cases: readonly string[]])[]): Report {
  const testResults = files.map(([name, status, ...cases]) => ({
    name: join(root, name),
    status,
    assertionResults: cases.map((each) => ({ status: each })),
  }))
  return { testResults }
}

describe('count()', () => {
  test('counts cases by the kind of their file', () => {
    const found = count(
      report(['a.test.ts', 'passed', 'passed', 'passed', 'skipped'], ['b.test.ts', 'failed', 'passed', 'failed']),
      (file) => file,
    )
    expect(found).toMatchObject({ passed: 3, failed: 1, skipped: 1 })
    expect(found.kinds?.get('a.test.ts')).toEqual({ passed: 2, failed: 0 })
    expect(found.kinds?.get('b.test.ts')).toEqual({ passed: 1, failed: 1 })
  })

  test('counts a file that could not be loaded as one failure', () => {
    expect(count(report(['a.test.ts', 'failed']), () => 'unit')).toMatchObject({ passed: 0, failed: 1 })
  })

  test('counts a file whose hook failed after its cases had passed as one failure', () => {
    expect(count(report(['a.test.ts', 'failed', 'passed']), () => 'unit')).toMatchObject({ passed: 1, failed: 1 })
  })
})
