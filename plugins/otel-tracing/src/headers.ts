import type { TextMapGetter, TextMapSetter } from '@opentelemetry/api'
import type { HeadersInput, RecordHeader } from '@posthorn/contracts'

/** The headers of an application as a list of our own, so that nothing of the application's is touched. */
export function copyOf(headers: HeadersInput | undefined): RecordHeader[] {
  if (headers === undefined) return []
  if (isList(headers)) return [...headers]
  return Object.entries(headers).map(([key, value]) => ({ key, value }))
}

/** Whether a header has one of these names. */
export function hasAny(headers: HeadersInput, names: readonly string[]): boolean {
  for (const name of names) if (has(headers, name)) return true
  return false
}

/** Writes into a list of headers. What is there already is the application's, and stays. */
export const headerSetter: TextMapSetter<RecordHeader[]> = {
  set(headers, key, value) {
    if (!has(headers, key)) headers.push({ key, value })
  },
}

const decoder = new TextDecoder()

/** Reads from a list of headers; of several with one name the last, as Kafka's consumers do. */
export const headerGetter: TextMapGetter<readonly RecordHeader[]> = {
  keys: (headers) => headers.map(({ key }) => key),
  get(headers, name) {
    const value = headers.findLast(({ key }) => key === name)?.value ?? undefined
    return typeof value === 'object' ? decoder.decode(value) : value
  },
}

function has(headers: HeadersInput, name: string): boolean {
  if (!isList(headers)) return Object.hasOwn(headers, name)
  for (const { key } of headers) if (key === name) return true
  return false
}

function isList(headers: HeadersInput): headers is readonly RecordHeader[] {
  return Array.isArray(headers)
}
