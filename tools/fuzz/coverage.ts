import { Session, type Profiler } from 'node:inspector'

/** What has been executed of each script: a byte for each character of its source. */
export type Seen = Map<string, Uint8Array>

/** Which parts of the sources are executed, as V8 counts it. It takes some ms to look, so look after many executions. */
export class BlockCoverage implements Disposable {
  private readonly session = new Session()
  private readonly wanted: RegExp

  /** Counts in the scripts whose URL matches. */
  constructor(wanted: RegExp) {
    this.wanted = wanted
    this.session.connect()
    this.call('Profiler.enable')
    this.call('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  }

  /** What was executed since the last call. */
  take(): Seen {
    const { result } = this.call('Profiler.takePreciseCoverage') as Profiler.TakePreciseCoverageReturnType
    const seen: Seen = new Map()
    for (const { url, functions } of result) {
      if (!this.wanted.test(url)) continue
      const most = Math.max(0, ...functions.flatMap(({ ranges }) => ranges.map(({ endOffset }) => endOffset)))
      const covered = new Uint8Array(most)
      // Inner ranges and functions come after those around them and have the last word.
      for (const { ranges } of functions) {
        for (const { startOffset, endOffset, count } of ranges) covered.fill(count > 0 ? 1 : 0, startOffset, endOffset)
      }
      seen.set(url, covered)
    }
    return seen
  }

  [Symbol.dispose](): void {
    this.call('Profiler.stopPreciseCoverage')
    this.session.disconnect()
  }

  /** The session of one's own thread answers before `post` returns. */
  private call(method: string, params?: object): unknown {
    let answer: unknown
    this.session.post(method, params, (error, result) => {
      if (error !== null) throw error
      answer = result
    })
    return answer
  }
}

/** Whether `now` has something that `before` lacks. */
export function isNew(now: Seen, before: Seen): boolean {
  for (const [url, covered] of now) {
    const known = before.get(url)
    for (let at = 0; at < covered.length; at++) if (covered[at] === 1 && (known?.[at] ?? 0) === 0) return true
  }
  return false
}

/** Adds `now` to `before`. */
export function merge(now: Seen, before: Seen): void {
  for (const [url, covered] of now) {
    const known = before.get(url) ?? new Uint8Array(0)
    const both = known.length >= covered.length ? known : new Uint8Array(covered.length)
    if (both !== known) both.set(known)
    for (let at = 0; at < covered.length; at++) if (covered[at] === 1) both[at] = 1
    before.set(url, both)
  }
}
