import type { Interceptor } from '@posthorn/contracts'
import type { ConformanceCase } from '../case.ts'
import { check, same, show } from '../checks.ts'
import { sameValue, snapshot } from '../snapshot.ts'
import { type AnyRecord, type Call, call, errorOf, type Fate, fate, metadataOf } from './records.ts'

const fates: readonly Fate[] = ['stored', 'failed', 'never placed']

/** Cases about what becomes of records. */
export function outcomeCases(make: () => Interceptor, records: () => AnyRecord[], within: Call): ConformanceCase[] {
  const sent = (interceptor: Interceptor): AnyRecord[] => records().map((record) => call(within, interceptor, record))
  return [
    {
      name: 'it hears of every outcome: stored, failed, and failed before there was a partition',
      run() {
        const interceptor = make()
        for (const outcome of fates) for (const record of sent(interceptor)) fate(interceptor, record, outcome)
      },
    },
    {
      name: 'outcomes may come in any order',
      run() {
        const interceptor = make()
        for (const record of sent(interceptor).reverse()) fate(interceptor, record, 'stored')
      },
    },
    {
      name: 'it may hear of a record that another interceptor made of the one it gave',
      run() {
        const interceptor = make()
        for (const record of sent(interceptor)) fate(interceptor, { ...record, topic: 'another' }, 'stored')
      },
    },
    {
      name: 'it may hear of a record that it never saw',
      run() {
        const interceptor = make()
        for (const record of records()) fate(interceptor, record, 'failed')
      },
    },
    {
      name: 'watches says the same of the same record each time',
      run() {
        const interceptor = make()
        if (interceptor.watches === undefined) return
        for (const [i, record] of [...sent(interceptor), ...records()].entries()) {
          const first: unknown = interceptor.watches(record)
          check(typeof first === 'boolean', `record ${i + 1}: expected true or false, found ${typeof first}`)
          same(interceptor.watches(record), first, `record ${i + 1}, asked again`)
          fate(interceptor, record, 'stored')
          same(interceptor.watches(record), first, `record ${i + 1}, asked after its outcome`)
        }
      },
    },
    {
      name: 'onAcknowledgement leaves record and metadata as they are',
      run() {
        const interceptor = make()
        for (const outcome of ['stored', 'failed'] as const) {
          for (const [i, record] of sent(interceptor).entries()) {
            if (interceptor.watches?.(record) === false) continue
            const metadata = metadataOf(record, outcome)
            const before = snapshot({ record, metadata })
            interceptor.onAcknowledgement?.(record, metadata, errorOf(outcome))
            const after = { record, metadata }
            check(
              sameValue(after, before),
              `record ${i + 1}, ${outcome}: expected ${show(before)}, found ${show(after)}`,
            )
          }
        }
      },
    },
  ]
}
