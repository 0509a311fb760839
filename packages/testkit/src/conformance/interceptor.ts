import type { Interceptor, Plugin, ProducerRecord } from '@posthorn/contracts'
import { explained, type ConformanceCase } from './case.ts'
import { check, same, show } from './checks.ts'
import { conformanceEnv, type ConformanceEnv } from './env.ts'
import { outcomeCases } from './interceptor/outcomes.ts'
import { type Call, call, fate, isRecord, sampleRecords, shape, type AnyRecord } from './interceptor/records.ts'
import { sameValue, snapshot } from './snapshot.ts'

export type { ConformanceCase } from './case.ts'

/** What {@link interceptorConformance} needs to know. */
export interface InterceptorSetup<K = unknown, V = unknown> {
  /** Makes the plugin, as an application would. Called for each case. */
  readonly create: () => Plugin<Interceptor<K, V>>
  /**
   * More records for it to see, each made anew. Default: only those of the suite, of every shape that a record may have;
   * their keys and values are strings, bytes and objects.
   */
  readonly records?: (() => readonly ProducerRecord<K, V>[]) | undefined
  /** Runs a call of the interceptor where it has something to do, in a context for example. Default: as it is. */
  readonly within?: (<T>(work: () => T) => T) | undefined
}

/** The cases that every {@link Interceptor} has to pass. */
export function interceptorConformance<K, V>(setup: InterceptorSetup<K, V>): ConformanceCase[] {
  const create = setup.create as InterceptorSetup['create']
  const make = (env: ConformanceEnv = conformanceEnv()): Interceptor => create()(env)
  const records = (): AnyRecord[] => [...sampleRecords(), ...((setup.records?.() ?? []) as AnyRecord[])]
  const within: Call = setup.within ?? ((work) => work())
  return explained([
    ...identity(create, records, within),
    ...sending(make, records, within),
    ...outcomeCases(make, records, within),
    {
      name: 'close leaves nothing scheduled, records on their way or not',
      run() {
        const env = conformanceEnv()
        const interceptor = make(env)
        for (const record of records()) call(within, interceptor, record)
        interceptor.close?.()
        same(env.clock.pending, 0, 'tasks that are scheduled')
      },
    },
  ])
}

function identity(create: InterceptorSetup['create'], records: () => AnyRecord[], within: Call): ConformanceCase[] {
  return [
    {
      name: 'it has a name',
      run: () => check(create()(conformanceEnv()).name.length > 0, 'name: expected a text, found none'),
    },
    {
      name: 'two instances share nothing: one works after the other was closed',
      run() {
        const plugin = create()
        const first = plugin(conformanceEnv())
        const second = plugin(conformanceEnv())
        const before = records().map((record) => shape(call(within, second, record)))
        first.close?.()
        for (const [i, record] of records().entries()) {
          same(shape(call(within, second, record)), before[i], `record ${i + 1} after another instance was closed`)
        }
      },
    },
  ]
}

function sending(make: () => Interceptor, records: () => AnyRecord[], within: Call): ConformanceCase[] {
  return [
    {
      name: 'onSend gives a record that can be sent, for records of every shape',
      run() {
        const interceptor = make()
        for (const [i, record] of records().entries()) {
          const given: unknown = within(() => interceptor.onSend?.(record) ?? record)
          const fault = isRecord(given)
          check(fault === null, `record ${i + 1}: ${fault ?? ''}`)
        }
      },
    },
    {
      name: 'onSend leaves the record of the application as it was',
      run() {
        const interceptor = make()
        for (const [i, record] of records().entries()) {
          const before = snapshot(record)
          call(within, interceptor, record)
          check(sameValue(record, before), `record ${i + 1}: expected ${show(before)}, found ${show(record)}`)
        }
      },
    },
    {
      name: 'a record that was sent before may be sent again',
      run() {
        const interceptor = make()
        for (const [i, record] of records().entries()) {
          let first: string | undefined
          for (const time of [1, 2, 3]) {
            const result = call(within, interceptor, record)
            same(shape(result), (first ??= shape(result)), `record ${i + 1}, time ${time}`)
            fate(interceptor, result, 'stored')
          }
        }
      },
    },
    {
      name: 'later calls do not touch an earlier result',
      run() {
        const interceptor = make()
        const results: AnyRecord[] = []
        const before = records().map((record, i) => snapshot((results[i] = call(within, interceptor, record))))
        for (const record of records()) call(within, interceptor, record)
        for (const [i, result] of results.entries()) {
          check(
            sameValue(result, before[i]),
            `result ${i + 1}, later: expected ${show(before[i])}, found ${show(result)}`,
          )
        }
      },
    },
  ]
}
