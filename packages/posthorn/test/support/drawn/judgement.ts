import type { Stage } from '../stage.ts'
import { damaged } from './damaged.ts'
import type { Entry, Ledger } from './ledger.ts'
import { isCertain } from './ledger.ts'

/** What a producer of this configuration promises. */
export interface Promises {
  /** Success says that it is stored. */
  readonly acknowledges: boolean
  /** Nothing is stored twice. */
  readonly once: boolean
  /** What is stored in the order of sending: everything, what was acknowledged, or nothing. */
  readonly ordered: 'all' | 'acknowledged' | 'no'
  /** What was stored is where its metadata says. */
  readonly placed: boolean
}

/** What is wrong at the end, when nothing is on its way any more. */
export function judge(stage: Stage, ledger: Ledger, promises: Promises): string[] {
  const wrong = [...ledger.wrong, ...damaged(stage)]
  const stored = stage.stored()
  const times = new Map<number, number>()
  for (const id of stored.flat()) times.set(id, (times.get(id) ?? 0) + 1)
  for (const entry of ledger.entries) {
    const count = times.get(entry.id) ?? 0
    const found = [...outcomeOf(entry), ...storageOf(entry, count, stage.lost.has(entry.id), promises)]
    for (const what of found) wrong.push(`${entry.id} (${entry.manner}) ${what}`)
  }
  for (const ids of [...stage.pasts, ...stored]) wrong.push(...disorder(ids, stage, ledger, promises))
  if (promises.placed) wrong.push(...misplaced(stage, ledger))
  return wrong
}

function outcomeOf(entry: Entry): string[] {
  const { setOut, ended, told, manner, toldError, endError } = entry
  const wrong: string[] = []
  if (ended !== setOut) wrong.push(`set out ${setOut} times and ended ${ended} times`)
  const expected = manner === 'silent' || manner === 'refused' ? 0 : 1
  if (told !== expected) wrong.push(`told the application ${told} times of its outcome`)
  // Whoever gave a record up may hear something else than what became of it.
  if (manner === 'bounded' && toldError !== null) return wrong
  if (told > 0 && setOut > 0 && toldError !== endError) {
    wrong.push(`told the application ${String(toldError)} and interceptors ${String(endError)}`)
  }
  return wrong
}

function storageOf(entry: Entry, count: number, lost: boolean, { acknowledges, once }: Promises): string[] {
  const { setOut, endError, toldError, manner } = entry
  const wrong: string[] = []
  if (once && count > 1) wrong.push(`is stored ${count} times`)
  if (acknowledges && isAcknowledged(entry) && count === 0 && !lost) wrong.push('was acknowledged and is not stored')
  const certain = setOut === 0 || manner === 'refused' || isCertain(endError) || isCertain(toldError)
  if (certain && (count > 0 || lost)) wrong.push(`failed for certain (${String(endError ?? toldError)}) and was stored`)
  return wrong
}

function isAcknowledged({ setOut, ended, endError }: Entry): boolean {
  return setOut > 0 && ended > 0 && endError === null
}

function disorder(ids: readonly number[], stage: Stage, ledger: Ledger, { ordered }: Promises): string[] {
  if (ordered === 'no') return []
  const counts = (id: number): boolean =>
    ordered === 'all' || (!stage.lost.has(id) && isAcknowledged(ledger.entries[id] as Entry))
  const first = [...new Set(ids)].filter(counts)
  const early = first.findIndex((id, at) => at > 0 && id < (first[at - 1] as number))
  return early > 0 ? [`${String(first[early])} is stored behind ${String(first[early - 1])}`] : []
}

/** Records that are not where the application was told. */
function misplaced({ cluster, topics }: Stage, ledger: Ledger): string[] {
  const at = new Map<string, number>()
  const decoder = new TextDecoder()
  for (const topic of topics) {
    for (const { partition, offset, value } of cluster.records(topic)) {
      at.set(`${topic}-${partition}@${offset}`, Number.parseInt(decoder.decode(value ?? undefined)))
    }
  }
  const wrong: string[] = []
  for (const { id, metadata } of ledger.entries) {
    if (metadata === null || metadata.offset < 0n) continue
    const place = `${metadata.topic}-${metadata.partition}@${metadata.offset}`
    if (at.get(place) !== id) wrong.push(`${id} is said to be at ${place}, where ${String(at.get(place))} is`)
  }
  return wrong
}
