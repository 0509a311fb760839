import { performance } from 'node:perf_hooks'
import { Corpus } from './corpus.ts'
import { BlockCoverage, isNew, merge, type Seen } from './coverage.ts'
import { coarse, execute, type Verdict } from './execute.ts'
import { minimize } from './minimize.ts'
import type { Random } from './mutate.ts'
import { ReaderWatch } from './readerWatch.ts'
import type { Target } from './target.ts'

/** An input that something is wrong with. */
export interface Finding {
  readonly target: string
  readonly problem: string
  /** As small as it could be made. */
  readonly input: Uint8Array
  /** Executions before it was found. */
  readonly executions: number
  /** Seconds before it was found. */
  readonly seconds: number
}

/** Counts of one target. */
export interface Tally {
  readonly target: string
  readonly executions: number
  /** Inputs that were taken rather than refused. */
  readonly taken: number
  readonly corpus: number
  readonly findings: number
}

/** How a campaign is led. */
export interface CampaignOptions {
  readonly random: Random
  /** Which sources to count coverage in; without, results alone tell what is new. */
  readonly coverage?: RegExp
  /** Asked between batches whether to go on. */
  readonly goOn: (executions: number) => boolean
  /** Told of each execution before and after it. */
  readonly watchdog?: { begin(target: number, input: Uint8Array): void; end(): void }
  readonly onFinding?: (finding: Finding) => void
}

/** Faults of one target after which it is left alone: the rest is likely to be the same. */
const MOST_FINDINGS = 20

interface Lane {
  readonly target: Target
  readonly index: number
  readonly corpus: Corpus
  readonly seen: Seen
  readonly problems: Set<string>
  executions: number
  taken: number
}

/** Feeds targets in turn with inputs that grow out of one another, and keeps those that reach something new. */
export class Campaign {
  readonly findings: Finding[] = []
  private readonly lanes: Lane[]
  private readonly options: CampaignOptions
  private watch!: ReaderWatch
  private coverage: BlockCoverage | null = null
  private executions = 0
  private readonly startedMs = performance.now()

  constructor(targets: readonly Target[], options: CampaignOptions) {
    this.options = options
    this.lanes = targets.map((target, index) => ({
      target,
      index,
      corpus: new Corpus(target.seeds, (input) => this.formOf(target, input)),
      seen: new Map(),
      problems: new Set(),
      executions: 0,
      taken: 0,
    }))
  }

  /** Runs until it is told to stop, and tells what it did. */
  async run(): Promise<Tally[]> {
    using watch = new ReaderWatch()
    this.watch = watch
    this.coverage = this.options.coverage === undefined ? null : new BlockCoverage(this.options.coverage)
    try {
      for (const lane of this.lanes) await this.begin(lane)
      while (this.options.goOn(this.executions)) {
        for (const lane of this.lanes) {
          if (!this.options.goOn(this.executions) || this.lanes.every(isDone)) return this.tallies()
          if (!isDone(lane)) await this.batch(lane, this.inputsFor(lane))
        }
      }
    } finally {
      this.coverage?.[Symbol.dispose]()
    }
    return this.tallies()
  }

  private tallies(): Tally[] {
    return this.lanes.map(({ target, executions, taken, corpus, problems }) => {
      return { target: target.name, executions, taken, corpus: corpus.size, findings: problems.size }
    })
  }

  private inputsFor({ target, corpus }: Lane): Uint8Array[] {
    const length = target.whole === true ? 12 : 1500
    return Array.from({ length }, () => corpus.next(this.options.random))
  }

  /** What the inputs to start from reach is not new any more. */
  private async begin(lane: Lane): Promise<void> {
    for (const input of lane.target.seeds) {
      const verdict = await this.execute(lane, input)
      if (verdict.problem !== null) await this.report(lane, input, verdict.problem)
      else lane.corpus.note(verdict.signature)
    }
    if (this.coverage !== null) merge(this.coverage.take(), lane.seen)
  }

  private async batch(lane: Lane, inputs: readonly Uint8Array[]): Promise<void> {
    for (const input of inputs) {
      const verdict = await this.execute(lane, input)
      if (verdict.problem !== null) {
        await this.report(lane, input, verdict.problem)
        if (!this.options.goOn(this.executions)) return
      } else lane.corpus.keepIfNew(input, verdict.signature)
    }
    if (this.coverage !== null && isNew(this.coverage.take(), lane.seen)) await this.isolate(lane, inputs)
  }

  /** Finds the inputs in `inputs`, which together reached something new, that did so. */
  private async isolate(lane: Lane, inputs: readonly Uint8Array[]): Promise<void> {
    const { coverage } = this
    if (coverage === null) return
    for (const input of inputs) await this.execute(lane, input)
    const now = coverage.take()
    if (!isNew(now, lane.seen)) return
    if (inputs.length === 1) {
      merge(now, lane.seen)
      lane.corpus.keep(inputs[0] as Uint8Array)
      return
    }
    const half = inputs.length >> 1
    await this.isolate(lane, inputs.slice(0, half))
    await this.isolate(lane, inputs.slice(half))
  }

  private async execute(lane: Lane, input: Uint8Array): Promise<Verdict> {
    lane.executions++
    this.executions++
    this.options.watchdog?.begin(lane.index, input)
    const verdict = execute(lane.target, input, this.watch)
    // Waiting costs more than most executions, so only for what has to be waited for.
    const result = verdict instanceof Promise ? await verdict : verdict
    this.options.watchdog?.end()
    if (result.taken) lane.taken++
    return result
  }

  private async report(lane: Lane, input: Uint8Array, problem: string): Promise<void> {
    const kind = coarse(problem)
    if (lane.problems.has(kind)) return
    lane.problems.add(kind)
    const { executions } = this
    const seconds = (performance.now() - this.startedMs) / 1000
    const still = async (candidate: Uint8Array): Promise<boolean> => {
      const verdict = await this.execute(lane, candidate)
      return verdict.problem !== null && similar(coarse(verdict.problem), kind)
    }
    const smallest = await minimize(input, still, isCostly(lane.target, problem) ? 80 : 2000)
    const finding = { target: lane.target.name, problem, input: smallest, executions, seconds }
    this.findings.push(finding)
    this.options.onFinding?.(finding)
  }

  private formOf(target: Target, input: Uint8Array): ReturnType<ReaderWatch['fieldsOf']> {
    if (target.whole === true) return { fields: [], sections: [] }
    const bytes = input.slice()
    return this.watch.fieldsOf(() => target.run(bytes))
  }
}

/** Whether it takes long to see the fault again. */
function isCostly({ whole }: Target, problem: string): boolean {
  return whole === true || /allocated|processor time/.test(problem)
}

function isDone({ problems }: Lane): boolean {
  return problems.size >= MOST_FINDINGS
}

/** The same fault, though numbers in its message may differ in magnitude. */
function similar(a: string, b: string): boolean {
  const plain = (text: string): string => text.replace(/~\d+/g, '~')
  return plain(a) === plain(b)
}
