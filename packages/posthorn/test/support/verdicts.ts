import type { FaultyRun } from './faultyRun.ts'

/** How strictly a run is judged. */
export interface Expectations {
  /** Nothing is given up. */
  readonly delivered: boolean
  /** Nothing is stored twice. */
  readonly once: boolean
  /** What is stored in the order of sending: all, or what was acknowledged and not lost, where it was stored first. */
  readonly ordered: 'all' | 'acknowledged'
}

/** What is wrong with a run; nothing for a good one. */
export function wrongIn({ stage, outcomes, stored, timersLeft }: FaultyRun, expected: Expectations): string[] {
  const { delivered, once, ordered } = expected
  const wrong: string[] = []
  const times = new Map<number, number>()
  for (const id of stored.flat()) times.set(id, (times.get(id) ?? 0) + 1)
  const acknowledged = new Set(outcomes.filter(({ error }) => error === null).map(({ id }) => id))
  for (const { id, error } of outcomes) {
    const count = times.get(id) ?? 0
    if (once && count > 1) wrong.push(`${id} is stored ${count} times`)
    if (error === null && count === 0 && !stage.lost.has(id)) wrong.push(`${id} was acknowledged and is not stored`)
    if (delivered && error !== null) wrong.push(`${id} was not delivered: ${error.message}`)
    if (error === null || error.maybePersisted) continue
    if (count > 0 || stage.lost.has(id)) wrong.push(`${id} failed for certain (${error.code}) and was stored`)
  }
  for (const ids of [...stage.pasts, ...stored]) {
    const first = [...new Set(ids)].filter((id) => ordered === 'all' || (acknowledged.has(id) && !stage.lost.has(id)))
    const early = first.findIndex((id, at) => at > 0 && id < (first[at - 1] as number))
    if (early > 0) wrong.push(`${String(first[early])} is stored behind ${String(first[early - 1])}`)
  }
  if (timersLeft > 0) wrong.push(`${timersLeft} timers are left after close`)
  return wrong
}
