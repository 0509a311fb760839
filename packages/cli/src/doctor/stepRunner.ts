import type { Clock } from '@posthorn/contracts'
import { explain, type Explanation, TimeoutError } from 'posthorn'
import type { Step, StepName } from './report.ts'

/** What a step has to say when it worked. */
export interface Outcome<T> {
  readonly value: T
  readonly detail: string
  /** Something that could be better. */
  readonly warning?: string
}

/** How a failed step is explained: what the error says by itself may be less than what can be found out. */
export type Explain = (error: unknown, signal: AbortSignal) => Promise<Explanation | null> | Explanation | null

/** Runs steps one after the other: takes their time, bounds it, and turns what they throw into a problem. */
export class StepRunner {
  readonly steps: Step[] = []
  readonly #clock: Clock
  readonly #endMs: number
  /** The most that one step may take, in ms. */
  readonly stepTimeoutMs: number
  readonly #onStep: (step: Step) => void

  /** `timeoutMs` bounds all steps together; one step gets a third of it at most. */
  constructor(clock: Clock, timeoutMs: number, onStep: (step: Step) => void) {
    this.#clock = clock
    this.#endMs = clock.now() + timeoutMs
    this.stepTimeoutMs = timeoutMs / 3
    this.#onStep = onStep
  }

  /** Time that is left, at least 1 ms. */
  get remainingMs(): number {
    return Math.max(1, this.#endMs - this.#clock.now())
  }

  /** Runs a step; `null` when it failed. The signal given to `work` aborts when its time is over. */
  async run<T>(
    target: string,
    step: StepName,
    work: (signal: AbortSignal) => Promise<Outcome<T>>,
    explainBy: Explain = explain,
  ): Promise<T | null> {
    const startedMs = this.#clock.now()
    const tell = (rest: Pick<Step, 'status' | 'detail' | 'problem'>): void => {
      const told = { target, step, ms: this.#clock.now() - startedMs, ...rest }
      this.steps.push(told)
      this.#onStep(told)
    }
    try {
      const { value, detail, warning } = await this.#within(work)
      const problem = warning === undefined ? null : { message: warning, explanation: null }
      tell({ status: warning === undefined ? 'ok' : 'warning', detail, problem })
      return value
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      const explanation = await this.#within(async (signal) => explainBy(error, signal)).catch(() => explain(error))
      tell({ status: 'failed', detail: '', problem: { message, explanation } })
      return null
    }
  }

  async #within<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const limitMs = Math.min(this.stepTimeoutMs, this.remainingMs)
    const abort = new AbortController()
    const timer = this.#clock.schedule(limitMs, () => abort.abort(tooLate(limitMs)))
    try {
      return await work(abort.signal)
    } finally {
      timer.cancel()
    }
  }
}

function tooLate(limitMs: number): TimeoutError {
  return new TimeoutError('CONNECTION_TIMEOUT', `no answer within ${(limitMs / 1000).toFixed(1)} s`, {
    retriable: true,
  })
}
