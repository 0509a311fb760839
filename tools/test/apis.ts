import { checkApis, type ApiFindings } from '../packages/api-report.ts'
import { publishedPackages } from '../packages/list.ts'
import { checks, type Outcome, type Step } from './step.ts'

/** The API of every entry point beside its checked-in report, and the doc comments of all that it exports. */
export function apiSteps(): Step[] {
  // Both come from one analysis.
  let found: ApiFindings[] | undefined
  const findings = (): ApiFindings[] => (found ??= checkApis(publishedPackages(), false))
  return [
    step('API reports', () => findings().map(({ specifier, changed }) => (changed ? outdated(specifier) : ''))),
    step('doc comments', () => findings().map(({ faults }) => faults.join('\n'))),
  ]
}

function outdated(specifier: string): string {
  return `${specifier}: its API is not what the report in etc/ says; to see the change: pnpm api:update`
}

function step(name: string, faults: () => readonly string[]): Step {
  return { name, kind: name, run: (): Promise<Outcome> => Promise.resolve().then(() => checks(faults())) }
}
