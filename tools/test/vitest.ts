import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { cache, root } from '../bootstrap/paths.mjs'
import { runNode } from './commands.ts'
import type { Counts, Outcome } from './step.ts'

/** The part of vitest's JSON report that we read. */
export interface Report {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly assertionResults: readonly { readonly status: string }[]
  }[]
}

/** Runs a project of vitest.config.ts under a Node and counts its cases. `kindOf` sorts files into kinds. */
export async function vitest(
  project: string,
  node: string,
  kindOf: (file: string) => string,
  env: NodeJS.ProcessEnv = {},
): Promise<Outcome> {
  const report = join(cache, 'vitest', `${project}-${process.pid}.json`)
  mkdirSync(join(cache, 'vitest'), { recursive: true })
  rmSync(report, { force: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const entry = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const { code, output } = await runNode([entry, 'run', '--project', project, ...reporters], node, env)
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0, output }
  const outcome = count(JSON.parse(readFileSync(report, 'utf8')) as Report, kindOf)
  rmSync(report)
  // Not a case but a fault all the same: an error that nobody caught, or no test found.
  const unaccounted = code !== 0 && outcome.failed === 0 ? 1 : 0
  return { ...outcome, failed: outcome.failed + unaccounted, output }
}

/** Counts the cases of a report by kind. */
export function count({ testResults }: Report, kindOf: (file: string) => string): Outcome {
  const kinds = new Map<string, Counts>()
  let [passed, failed, skipped] = [0, 0, 0]
  for (const { name, status, assertionResults } of testResults) {
    const inState = (state: string): number => assertionResults.filter((each) => each.status === state).length
    // A file that failed without a failing case could not be loaded, or a hook of it failed.
    const bad = inState('failed') || (status === 'failed' ? 1 : 0)
    const good = inState('passed')
    passed += good
    failed += bad
    skipped += assertionResults.length - good - inState('failed')
    const kind = kindOf(relative(root, name).replaceAll('\\', '/'))
    const before = kinds.get(kind) ?? { passed: 0, failed: 0 }
    kinds.set(kind, { passed: before.passed + good, failed: before.failed + bad })
  }
  return { passed, failed, skipped, kinds }
}
