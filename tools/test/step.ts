/** What came of a step: how many test cases or checks passed and failed, and what to show of it. */
export interface Outcome {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** Behind the step's line, for example why it was left out. */
  readonly note?: string
  /** Shown when something failed. */
  readonly output?: string
  /** Counts by kind, where a step holds more than one. */
  readonly kinds?: ReadonlyMap<string, Counts>
}

/** Passed and failed. */
export interface Counts {
  readonly passed: number
  readonly failed: number
}

/** One line of `npm test`. A step never stops those after it. */
export interface Step {
  readonly name: string
  /** The row of the closing table that the step's counts go to. */
  readonly kind: string
  run(): Promise<Outcome>
}

/** The outcome of a number of checks, given what is wrong; empty strings are checks that passed. */
export function checks(faults: readonly string[]): Outcome {
  const found = faults.filter((fault) => fault !== '')
  return { passed: faults.length - found.length, failed: found.length, skipped: 0, output: found.join('\n') }
}

/** The outcome of a step that was left out, and why. */
export function leftOut(note: string): Outcome {
  return { passed: 0, failed: 0, skipped: 1, note: `left out: ${note}` }
}
