import { describe, expect, it } from 'vitest'
import type { KeyHistory } from '../../kafka/judge/types.ts'
import type { DriverLine, KeyRange } from '../drivers/contract.ts'
import { History } from './history.ts'
import { judge, type Wrongs } from './verdict.ts'

const none: Wrongs = {
  lost: 0,
  duplicated: 0,
  outOfOrder: 0,
  failedButStored: 0,
  abortedVisible: 0,
  torn: 0,
  unsettled: 0,
  invented: 0,
}

function historyOf(...lines: readonly DriverLine[]): History {
  const history = new History(1)
  for (const line of lines) history.tell(line)
  return history
}

function outcomes(told: { acked?: KeyRange[]; failed?: KeyRange[]; unknown?: KeyRange[] }): DriverLine {
  return { kind: 'outcomes', at: 0, acked: [], failed: [], unknown: [], errors: {}, ...told }
}

function done(next: number): DriverLine {
  return { kind: 'done', at: 0, next: [next], client: 'some', cpuSeconds: 1, maxRssMb: 1 }
}

function stored(entry: Partial<KeyHistory>): KeyHistory[] {
  return [{ key: 'k0', records: 0, seen: [], twice: 0, outOfOrder: 0, examples: [], ...entry }]
}

describe('the verdict on single records', () => {
  it('is clean when all that was acknowledged is there, and of the rest what may be', () => {
    const told = historyOf(outcomes({ acked: [[0, 0, 4]], unknown: [[0, 5, 6]], failed: [[0, 7, 9]] }), done(10))
    const verdict = judge(told, stored({ seen: [[0, 5]] }))
    expect(verdict).toMatchObject({ acked: 5, unknown: 2, failed: 3, stored: 6, wrongs: none, examples: [] })
  })

  it('counts as lost what was acknowledged and is not there, and says which', () => {
    const told = historyOf(outcomes({ acked: [[0, 0, 9]] }), done(10))
    const verdict = judge(told, stored({ seen: [[0, 3], [6, 9]] })) // prettier-ignore
    expect(verdict.wrongs).toEqual({ ...none, lost: 2 })
    expect(verdict.examples).toEqual(['lost k0: 4-5'])
  })

  it('counts everything as lost when a key is not there at all', () => {
    expect(judge(historyOf(outcomes({ acked: [[0, 0, 9]] }), done(10)), []).wrongs).toEqual({ ...none, lost: 10 })
  })

  it('counts what is there twice or after a later one as the reader saw it', () => {
    const told = historyOf(outcomes({ acked: [[0, 0, 9]] }), done(10))
    const verdict = judge(told, stored({ seen: [[0, 9]], twice: 3, outOfOrder: 2, examples: ['4 twice'] }))
    expect(verdict.wrongs).toEqual({ ...none, duplicated: 3, outOfOrder: 2 })
    expect(verdict.examples).toEqual(['k0: 4 twice'])
  })

  it('counts what is there against the word of the client', () => {
    const told = historyOf(outcomes({ failed: [[0, 0, 9]] }), done(10))
    expect(judge(told, stored({ seen: [[2, 4]] })).wrongs).toEqual({ ...none, failedButStored: 3 })
  })

  it('counts what was sent and never heard of, and what was never sent', () => {
    const told = historyOf(outcomes({ acked: [[0, 0, 5]] }), done(10))
    expect(judge(told, stored({ seen: [[0, 5], [12, 12]] })).wrongs).toEqual({ ...none, unsettled: 4, invented: 1 }) // prettier-ignore
  })
})

describe('the verdict on transactions', () => {
  const begun = (transaction: number, intent: 'commit' | 'abort' = 'commit'): DriverLine => ({
    kind: 'begun',
    at: 0,
    transaction,
    records: [[0, transaction, transaction + 9]],
    intent,
  })
  const committing = (transaction: number): DriverLine => ({ kind: 'committing', at: 0, transaction })
  const ended = (transaction: number, outcome: 'committed' | 'aborted' | 'unknown'): DriverLine => ({
    kind: 'ended',
    at: 0,
    transaction,
    outcome,
    errors: {},
  })

  it('is clean when the committed are there, the aborted are not, and the uncertain are all or nothing', () => {
    const told = historyOf(
      ...[begun(0), committing(0), ended(0, 'committed')],
      ...[begun(10, 'abort'), ended(10, 'aborted')],
      ...[begun(20), committing(20)],
      ...[begun(30), committing(30), ended(30, 'unknown')],
      begun(40),
    )
    const verdict = judge(told, stored({ seen: [[0, 9], [20, 29]] })) // prettier-ignore
    expect(verdict).toMatchObject({ committed: 10, aborted: 20, wrongs: none })
    expect(told.next).toBe(50)
  })

  it('counts as lost what is missing from a committed one', () => {
    const told = historyOf(begun(0), committing(0), ended(0, 'committed'))
    expect(judge(told, stored({ seen: [[0, 7]] })).wrongs).toEqual({ ...none, lost: 2 })
  })

  it('counts what is visible of an aborted one, and of one whose client died before its commit', () => {
    const told = historyOf(begun(0, 'abort'), ended(0, 'aborted'), begun(10))
    expect(judge(told, stored({ seen: [[8, 11]] })).wrongs).toEqual({ ...none, abortedVisible: 4 })
  })

  it('counts what is missing from an uncertain one that is there in part', () => {
    const told = historyOf(begun(0), committing(0))
    expect(judge(told, stored({ seen: [[0, 2]] })).wrongs).toEqual({ ...none, torn: 7 })
  })
})
