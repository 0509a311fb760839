import type { Counts, Outcome, Step } from './step.ts'

/** Runs the steps in order with a line for each, then prints the counts by kind and the closing line. */
export async function runSteps(steps: readonly Step[], write: (text: string) => void): Promise<Counts> {
  const table = new Map<string, Counts>()
  const started = Date.now()
  for (const step of steps) {
    const from = Date.now()
    const outcome = await guarded(step)
    const seconds = ((Date.now() - from) / 1000).toFixed(1)
    write(`${mark(outcome)}  ${step.name.padEnd(28)} ${seconds.padStart(6)} s  ${describe(outcome)}\n`)
    if (outcome.failed > 0 && outcome.output) write(`${indent(outcome.output)}\n`)
    for (const [kind, counts] of outcome.kinds ?? [[step.kind, outcome] as const]) add(table, kind, counts)
  }
  const total = sum(table.values())
  write(`\n${rows(table)}\n${((Date.now() - started) / 1000).toFixed(0)} s in all\n`)
  write(`${total.passed} passed, ${total.failed} failed\n`)
  return total
}

async function guarded(step: Step): Promise<Outcome> {
  try {
    return await step.run()
  } catch (error) {
    const output = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { passed: 0, failed: 1, skipped: 0, output }
  }
}

function mark({ failed, passed }: Outcome): string {
  if (failed > 0) return 'FAIL'
  return passed > 0 ? 'ok  ' : '-   '
}

function describe({ passed, failed, skipped, note }: Outcome): string {
  const counts = passed + failed === 0 ? [] : [`${passed} passed`, ...(failed > 0 ? [`${failed} failed`] : [])]
  const rest = skipped > 0 && passed + failed > 0 ? [`${skipped} skipped`] : []
  return [...counts, ...rest, ...(note === undefined ? [] : [note])].join(', ')
}

function indent(text: string): string {
  return text.trimEnd().replace(/^/gm, '      ')
}

function add(table: Map<string, Counts>, kind: string, counts: Counts): void {
  table.set(kind, sum([table.get(kind) ?? { passed: 0, failed: 0 }, counts]))
}

function sum(counts: Iterable<Counts>): Counts {
  let [passed, failed] = [0, 0]
  for (const each of counts) [passed, failed] = [passed + each.passed, failed + each.failed]
  return { passed, failed }
}

function rows(table: ReadonlyMap<string, Counts>): string {
  const counted = [...table].filter(([, { passed, failed }]) => passed + failed > 0)
  return counted
    .map(
      ([kind, { passed, failed }]) =>
        `${kind.padEnd(28)} ${String(passed).padStart(6)} passed ${String(failed).padStart(4)} failed\n`,
    )
    .join('')
}
