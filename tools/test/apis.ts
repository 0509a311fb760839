import { checkApi } from '../packages/api-report.ts'
import { publishedPackages } from '../packages/list.ts'
import { checks, type Outcome, type Step } from './step.ts'

/** The API of every entry point beside its checked-in report, and the doc comments of all that it exports. */
export function apiSteps(): Step[] {
  // Both come from one analysis, which takes a second per package.
  let found: ReturnType<typeof analyse> | undefined
  const findings = (): ReturnType<typeof analyse> => (found ??= analyse())
  return [
    step('API reports', () => findings().map(({ changed }) => changed)),
    step('doc comments', () => findings().map(({ faults }) => faults)),
  ]
}

function analyse(): { changed: string; faults: string }[] {
  return publishedPackages().flatMap((pkg) =>
    pkg.entryPoints.map((entry) => {
      try {
        const { changed, faults } = checkApi(pkg, entry, false)
        const hint = `${entry.specifier}: its API is not what the report in etc/ says; see the change with: pnpm api:update`
        return { changed: changed ? hint : '', faults: faults.join('\n') }
      } catch (error) {
        const reason = `${entry.specifier}: ${error instanceof Error ? error.message : String(error)}`
        return { changed: reason, faults: reason }
      }
    }),
  )
}

function step(name: string, faults: () => readonly string[]): Step {
  return { name, kind: name, run: (): Promise<Outcome> => Promise.resolve(checks(faults())) }
}
