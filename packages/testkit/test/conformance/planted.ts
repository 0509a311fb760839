import { readFileSync } from 'node:fs'
import type { Plugin } from '@posthorn/contracts'
import { expect, test } from 'vitest'
import type { ConformanceCase } from '../../src/conformance/index.ts'

/** Where readers learn what the kits find; without the blanks that make its tables even. */
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8').replaceAll(/ {2,}/g, ' ')

/** Longer than a machine is ever slow; only what is wrong waits for so long. */
const UNHURRIED_MS = 60_000

/** A plugin with one fault, and the cases that have to fail for it. */
export interface Planted<T> {
  readonly bug: string
  readonly create: () => Plugin<T>
  readonly caught: readonly string[]
}

/** How a suite is made for a plugin; `patienceMs` for suites that wait. */
export type Suite<T> = (create: () => Plugin<T>, patienceMs?: number) => readonly ConformanceCase[]

/**
 * The proof that a kit finds what it is for: it passes a plugin without a fault, finds each planted bug by exactly the
 * cases named and in words that help, and has for every case a bug that fails just that case.
 */
export function plantedBugs<T>(
  kit: string,
  suite: Suite<T>,
  honest: () => Plugin<T>,
  table: readonly Planted<T>[],
): void {
  test('a plugin without a fault passes', async () => {
    expect(await failures(suite(honest, UNHURRIED_MS), () => true)).toEqual([])
  })

  test.each(table)('caught: $bug', async ({ create, caught }) => {
    // What waits for ever is given up early where that is expected, and never taken for a failure elsewhere.
    const hasty = await failures(suite(create, 150), (name) => caught.includes(name))
    const patient = await failures(suite(create, UNHURRIED_MS), (name) => !caught.includes(name))
    const failed = [...hasty, ...patient]
    expect(failed.map(({ name }) => name).sort()).toEqual([...caught].sort())
    // Whoever reads it has to learn what the kit wanted and what it got.
    expect(failed.filter(({ message }) => !/expected .*\bfound /s.test(message))).toEqual([])
  })

  test('every case has a bug that fails it and no other case', () => {
    const alone = new Set(table.filter(({ caught }) => caught.length === 1).flatMap(({ caught }) => caught))
    const names = suite(honest).map(({ name }) => name)
    expect(names.filter((name) => !alone.has(name))).toEqual([])
  })

  test('the README says how many cases and bugs there are', () => {
    const rows = readme.split('\n').filter((line) => line.startsWith(`| \`${kit}\` |`))
    expect(rows).toEqual([`| \`${kit}\` | ${suite(honest).length} | ${table.length} |`])
  })

  test('names of cases are unique', () => {
    const names = suite(honest).map(({ name }) => name)
    expect(names).toEqual([...new Set(names)])
  })
}

interface Failure {
  readonly name: string
  readonly message: string
}

async function failures(cases: readonly ConformanceCase[], wanted: (name: string) => boolean): Promise<Failure[]> {
  const failed: Failure[] = []
  for (const each of cases) {
    if (!wanted(each.name)) continue
    try {
      await each.run()
    } catch (error) {
      failed.push({ name: each.name, message: (error as Error).message })
    }
  }
  return failed
}
