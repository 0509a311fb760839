import type { KeyHistory } from '../../kafka/judge/types.ts'
import type { History } from './history.ts'
import { common, normalised, type Range, sizeOf, without } from './ranges.ts'

/** What is wrong, in records; everything zero is as it should be. */
export interface Wrongs {
  /** Acknowledged or committed, and not there. */
  readonly lost: number
  /** There more than once: records beyond the first. */
  readonly duplicated: number
  /** There after a record of their key that was sent later. */
  readonly outOfOrder: number
  /** There although the client said that they were certainly not stored. */
  readonly failedButStored: number
  /** Of aborted transactions, or of those whose client died before its commit, and visible. */
  readonly abortedVisible: number
  /** Of transactions of unknown fate that are there in part: records missing from them. */
  readonly torn: number
  /** Sent by a process that ended in order, and without any outcome. */
  readonly unsettled: number
  /** There, and never sent. */
  readonly invented: number
}

/** Records by what was said of them, and what is wrong. */
export interface Verdict {
  readonly stored: number
  readonly acked: number
  readonly failed: number
  readonly unknown: number
  readonly committed: number
  readonly aborted: number
  readonly wrongs: Wrongs
  /** The first numbers concerned, by kind and key, to look for in logs. */
  readonly examples: readonly string[]
}

/** Compares what was told with what is stored, key by key. */
export function judge(history: History, stored: readonly KeyHistory[]): Verdict {
  const wrongs = { lost: 0, duplicated: 0, outOfOrder: 0, failedButStored: 0, unsettled: 0, invented: 0 }
  const sums = { stored: 0, acked: 0, failed: 0, unknown: 0 }
  const examples: string[] = []
  const note = (kind: keyof typeof wrongs, key: number, ranges: readonly Range[]): void => {
    wrongs[kind] += sizeOf(ranges)
    if (ranges.length > 0)
      examples.push(
        `${kind} k${key}: ${ranges
          .slice(0, 3)
          .map((range) => range.join('-'))
          .join(' ')}`,
      )
  }
  const seen = new Map(stored.map((entry) => [entry.key, entry]))
  const transactional = history.transactions.size > 0
  const inLog = (key: number): Range[] => normalised(seen.get(`k${key}`)?.seen ?? [])
  for (const [key, told] of history.acked.entries()) {
    const entry = seen.get(`k${key}`)
    const there = inLog(key)
    const [acked, failed, unknown] = [told, history.failed[key] ?? [], history.unknown[key] ?? []].map(normalised) as [
      Range[],
      Range[],
      Range[],
    ]
    sums.stored += sizeOf(there)
    sums.acked += sizeOf(acked)
    sums.failed += sizeOf(failed)
    sums.unknown += sizeOf(unknown)
    wrongs.duplicated += entry?.twice ?? 0
    wrongs.outOfOrder += entry?.outOfOrder ?? 0
    for (const example of entry?.examples ?? []) examples.push(`k${key}: ${example}`)
    if (transactional) continue
    note('lost', key, without(acked, there))
    note('failedButStored', key, common(failed, there))
    // A process that never ended in order has not told what it sent.
    if (history.sent.length === 0) continue
    const last = (history.sent[key] ?? 0) - 1
    note('unsettled', key, without([[history.from, last]], normalised([...acked, ...failed, ...unknown])))
    note('invented', key, without(there, [[0, last]]))
  }
  const fates = judgeTransactions(history, inLog, examples)
  return {
    ...sums,
    committed: fates.committed,
    aborted: fates.aborted,
    wrongs: { ...wrongs, lost: wrongs.lost + fates.lost, abortedVisible: fates.abortedVisible, torn: fates.torn },
    examples,
  }
}

function judgeTransactions(
  { transactions }: History,
  inLog: (key: number) => readonly Range[],
  examples: string[],
): { committed: number; aborted: number; lost: number; abortedVisible: number; torn: number } {
  const sums = { committed: 0, aborted: 0, lost: 0, abortedVisible: 0, torn: 0 }
  const logs = new Map<number, readonly Range[]>()
  for (const [id, { records, fate }] of transactions) {
    let all = 0
    let visible = 0
    for (const [key, from, to] of records) {
      const log = logs.get(key) ?? inLog(key)
      logs.set(key, log)
      all += to - from + 1
      visible += sizeOf(common([[from, to]], log))
    }
    const missing = all - visible
    if (fate === 'committed') {
      sums.committed += all
      sums.lost += missing
      if (missing > 0) examples.push(`transaction ${id} was committed; ${missing} of ${all} are missing`)
    } else if (fate === 'aborted' || fate === 'open') {
      sums.aborted += all
      sums.abortedVisible += visible
      if (visible > 0) examples.push(`transaction ${id} was ${fate}; ${visible} of ${all} are visible`)
    } else if (visible > 0 && missing > 0) {
      sums.torn += missing
      examples.push(`transaction ${id} is ${fate}; ${visible} of ${all} are visible`)
    }
  }
  return sums
}
