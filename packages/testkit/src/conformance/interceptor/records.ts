import type {
  HeadersInput,
  Interceptor,
  KafkaError,
  ProducerRecord,
  RecordHeader,
  RecordMetadata,
} from '@posthorn/contracts'
import { TimeoutError } from '@posthorn/contracts'
import { runs, show } from '../checks.ts'

/** A record before its serializers: key and value may be anything. */
export type AnyRecord = ProducerRecord<unknown, unknown>

/** Runs a call where the interceptor has something to do. */
export type Call = <T>(work: () => T) => T

const utf8 = new TextEncoder()

/** A record of every shape that an application may give, made anew for each call. */
export function sampleRecords(): AnyRecord[] {
  return [
    { topic: 'orders', value: 'text' },
    { topic: 'orders', key: 'a key', value: 'text', headers: [] },
    { topic: 'orders', key: utf8.encode('bytes'), value: utf8.encode('bytes'), headers: {} },
    { topic: 'a.topic_with-every.kind', key: null, value: null },
    { topic: 'orders', key: '', value: '', partition: 3, timestamp: 1_700_000_000_000 },
    { topic: 'orders', key: { id: 1 }, value: { total: 12, lines: ['a', 'b'] }, timestamp: 1_700_000_000_000n },
    { topic: 'orders', value: 'text', headers: { kept: 'text', bytes: utf8.encode('bytes'), empty: null } },
    {
      topic: 'orders',
      value: 'text',
      timestamp: new Date(1_700_000_000_000),
      headers: [
        { key: 'twice', value: 'one' },
        { key: 'twice', value: utf8.encode('two') },
        { key: '', value: null },
      ],
    },
  ]
}

/** The record that goes on, as the producer sees it. */
export function call(within: Call, interceptor: Interceptor, record: AnyRecord): AnyRecord {
  return runs(() => within(() => interceptor.onSend?.(record) ?? record), `onSend of ${show(record)}`)
}

/** What became of a record. */
export type Fate = 'stored' | 'failed' | 'never placed'

/** Tells of an outcome as the producer does: only to who wants to know. */
export function fate(interceptor: Interceptor, record: AnyRecord, outcome: Fate): void {
  if (interceptor.watches?.(record) === false) return
  const tell = (): void => interceptor.onAcknowledgement?.(record, metadataOf(record, outcome), errorOf(outcome))
  runs(tell, `onAcknowledgement of a record that was ${outcome}: ${show(record)}`)
}

/** What the producer tells about a record with this outcome. */
export function metadataOf({ topic }: AnyRecord, outcome: Fate): RecordMetadata {
  const stored = outcome === 'stored'
  return {
    topic,
    partition: outcome === 'never placed' ? -1 : 0,
    offset: stored ? 42n : -1n,
    timestamp: stored ? 1_700_000_000_000n : -1n,
    serializedKeySize: -1,
    serializedValueSize: stored ? 4 : -1,
  }
}

/** The error of this outcome. */
export function errorOf(outcome: Fate): KafkaError | null {
  return outcome === 'stored' ? null : new TimeoutError('DELIVERY_TIMEOUT', 'it took too long', { topic: 'orders' })
}

/** What is wrong with it as a record; `null` when nothing is. */
export function isRecord(given: unknown): string | null {
  if (typeof given !== 'object' || given === null) return `expected a record, found ${typeof given}`
  if ('then' in given) return 'expected a record, found a promise of something'
  const { topic, value, headers, partition } = given as Partial<AnyRecord>
  if (typeof topic !== 'string' || !/^[\w.-]{1,249}$/.test(topic))
    return `topic: expected a name that Kafka allows, found ${String(topic)}`
  if (value === undefined) return 'value: expected one, or null, found undefined'
  if (partition !== undefined && !(Number.isInteger(partition) && partition >= 0))
    return `partition: expected a whole number from 0 on, found ${partition}`
  if (headers === undefined) return null
  const pairs: readonly (readonly [unknown, unknown])[] = Array.isArray(headers)
    ? headers.map((each: Partial<Record<'key' | 'value', unknown>>) => [each.key, each.value])
    : Object.entries(headers)
  const wrong = pairs.find(([key, of]) => typeof key !== 'string' || !isHeaderValue(of))
  return wrong === undefined
    ? null
    : `header ${String(wrong[0])}: expected bytes, a string or null as its value, found ${show(wrong[1])}`
}

function isHeaderValue(value: unknown): boolean {
  return value === null || typeof value === 'string' || value instanceof Uint8Array
}

/** What two results for equal records have in common: all but the values of headers, which may count or be drawn. */
export function shape({ topic, key, value, partition, headers }: AnyRecord): string {
  const names = headers === undefined ? [] : isList(headers) ? headers.map((it) => it.key) : Object.keys(headers)
  return JSON.stringify([topic, key ?? null, value, partition ?? null, names])
}

function isList(headers: HeadersInput): headers is readonly RecordHeader[] {
  return Array.isArray(headers)
}
