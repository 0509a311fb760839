import type { Env, Interceptor, ProducerRecord, RecordHeader } from '@posthorn/contracts'
import { describe } from 'vitest'
import { interceptorConformance } from '../../src/conformance/index.ts'
import { plantedBugs, type Planted } from './planted.ts'

type AnyRecord = ProducerRecord<unknown, unknown>

function listOf({ headers = [] }: AnyRecord): readonly RecordHeader[] {
  if (Array.isArray(headers)) return headers as readonly RecordHeader[]
  return Object.entries(headers).map(([key, value]) => ({ key, value: value as RecordHeader['value'] }))
}

const isMarked = (record: AnyRecord): boolean => listOf(record).some(({ key }) => key === 'sent')
const marked = (record: AnyRecord): AnyRecord => ({
  ...record,
  headers: [...listOf(record), { key: 'sent', value: '1' }],
})

/** Puts a header on each record, and hears what becomes of those that have it. */
const honest = (): Interceptor => ({
  name: 'honest',
  onSend: marked,
  watches: isMarked,
  onAcknowledgement: () => {},
})

const bug = (what: string, own: (env: Env) => Partial<Interceptor>, ...caught: string[]): Planted<Interceptor> => ({
  bug: what,
  create: () => (env) => ({ ...honest(), ...own(env) }),
  caught,
})

const canBeSent = 'onSend gives a record that can be sent, for records of every shape'
const unchanged = 'onSend leaves the record of the application as it was'
const watches = 'watches says the same of the same record each time'

describe('interceptorConformance', () => {
  plantedBugs<Interceptor>(
    'interceptorConformance',
    (create) => interceptorConformance({ create }),
    () => honest,
    [
      bug('no name', () => ({ name: '' }), 'it has a name'),
      {
        bug: 'one switch for all instances',
        create: () => {
          let closed = false
          return () => {
            closed = false
            return {
              ...honest(),
              onSend: (record) => (closed ? record : marked(record)),
              close: () => {
                closed = true
              },
            }
          }
        },
        caught: ['two instances share nothing: one works after the other was closed'],
      },
      bug(
        'a promise of a record',
        () => ({ onSend: ((record: AnyRecord) => Promise.resolve(record)) as never }),
        canBeSent,
      ),
      bug(
        'a number as a header',
        () => ({ onSend: (record) => ({ ...record, headers: [{ key: 'sent', value: 1 as never }] }) }),
        canBeSent,
      ),
      bug(
        'wipes values',
        () => ({
          onSend: (record) => {
            if (record.value instanceof Uint8Array) record.value.fill(0)
            return marked(record)
          },
        }),
        unchanged,
      ),
      bug(
        "adds to an object of the application's",
        () => ({
          onSend: (record) => {
            if (typeof record.value === 'object' && record.value !== null) Object.assign(record.value, { sent: true })
            return marked(record)
          },
        }),
        unchanged,
      ),
      bug(
        'a record is sent once',
        () => {
          const seen = new WeakSet<AnyRecord>()
          return {
            onSend: (record) => {
              if (seen.has(record)) return record
              seen.add(record)
              return marked(record)
            },
          }
        },
        'a record that was sent before may be sent again',
      ),
      bug(
        'one list of headers for all records',
        () => {
          const list: RecordHeader[] = []
          return {
            onSend: (record) => {
              list.splice(0, list.length, ...listOf(marked(record)))
              return { ...record, headers: list }
            },
          }
        },
        'later calls do not touch an earlier result',
      ),
      bug(
        'counts by partition',
        () => {
          const counts = [0, 0, 0, 0]
          return {
            onAcknowledgement: (_record, { partition }) => {
              if (counts[partition] === undefined) throw new RangeError(`no partition ${partition}`)
              counts[partition]++
            },
          }
        },
        'it hears of every outcome: stored, failed, and failed before there was a partition',
      ),
      bug(
        'expects outcomes in order',
        () => {
          const open: AnyRecord[] = []
          return {
            onSend: (record) => {
              const result = marked(record)
              open.push(result)
              return result
            },
            onAcknowledgement: (record) => {
              if (!open.includes(record)) return
              if (open.shift() !== record) throw new Error('out of order')
            },
          }
        },
        'outcomes may come in any order',
      ),
      bug(
        'knows its records by identity',
        () => {
          const own = new WeakSet<AnyRecord>()
          return {
            onSend: (record) => {
              const result = marked(record)
              own.add(result)
              return result
            },
            onAcknowledgement: (record) => {
              if (!own.has(record)) throw new Error('whose is this?')
            },
          }
        },
        'it may hear of a record that another interceptor made of the one it gave',
      ),
      {
        bug: 'takes every record for one of its own',
        create: () => () => {
          const { name, onSend } = honest()
          const onAcknowledgement = (record: AnyRecord): void => {
            if (!isMarked(record)) throw new Error('no header')
          }
          return { name, onSend: onSend!, onAcknowledgement }
        },
        caught: ['it may hear of a record that it never saw'],
      },
      bug(
        'watches each record once',
        () => {
          const asked = new WeakSet<AnyRecord>()
          return {
            watches: (record) => {
              if (asked.has(record)) return false
              asked.add(record)
              return isMarked(record)
            },
          }
        },
        watches,
      ),
      bug('watches with a header', () => ({ watches: ((record: AnyRecord) => listOf(record)[0]) as never }), watches),
      bug(
        'writes into metadata',
        () => ({ onAcknowledgement: (_record, metadata) => void Object.assign(metadata, { partition: 7 }) }),
        'onAcknowledgement leaves record and metadata as they are',
      ),
      bug(
        'a timer for each record',
        ({ clock }) => ({
          onSend: (record) => {
            clock.schedule(1000, () => {})
            return marked(record)
          },
        }),
        'close leaves nothing scheduled, records on their way or not',
      ),
    ],
  )
})
