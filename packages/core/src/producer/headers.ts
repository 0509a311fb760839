import type { HeadersInput, HeaderValue, RecordHeader, RecordHeaders } from '@posthorn/contracts'
import { RecordError } from '@posthorn/contracts'
import type { EncodedHeader } from '@posthorn/protocol'
import { encodeUtf8 } from '@posthorn/protocol'
import { noHeaders } from '../values/noHeaders.ts'

/** The headers of one record while its serializers run. */
export class HeaderList implements RecordHeaders {
  private readonly list: RecordHeader[] = []

  constructor(input: HeadersInput | undefined) {
    const given: unknown = input
    if (given === undefined || given === null) return
    if (typeof given !== 'object')
      throw invalid(`expected an object or a list of {key, value}, received ${typeof given}`)
    if (Array.isArray(given)) for (const header of given as readonly unknown[]) this.addUnknown(header)
    else for (const [key, value] of Object.entries(given)) this.add(key, value as HeaderValue)
  }

  get size(): number {
    return this.list.length
  }

  add(name: string, value: HeaderValue): void {
    check(name, value)
    this.list.push({ key: name, value })
  }

  private addUnknown(header: unknown): void {
    const { key, value } = pairOf(header)
    this.add(key, value)
  }

  [Symbol.iterator](): Iterator<RecordHeader> {
    return this.list[Symbol.iterator]()
  }

  /** Copies the values that are bytes, so that their memory is needed no longer. */
  own(): void {
    const { list } = this
    for (const [i, { key, value }] of list.entries()) {
      if (value instanceof Uint8Array) list[i] = { key, value: new Uint8Array(value) }
    }
  }

  /** The headers as bytes; values given as bytes are not copied. */
  encode(): readonly EncodedHeader[] {
    if (this.list.length === 0) return noHeaders
    return this.list.map(({ key, value }) => encoded(key, value))
  }
}

/** The headers of a record without serializers, as {@link HeaderList} would encode them, but without a list between. */
export function encodeHeaders(input: HeadersInput): readonly EncodedHeader[] {
  if (!Array.isArray(input)) return new HeaderList(input).encode()
  const list: EncodedHeader[] = []
  for (const header of input as readonly unknown[]) {
    const { key, value } = pairOf(header)
    check(key, value)
    list.push(encoded(key, value))
  }
  return list.length === 0 ? noHeaders : list
}

function encoded(key: string, value: HeaderValue): EncodedHeader {
  return { key: encodeUtf8(key), value: typeof value === 'string' ? encodeUtf8(value) : value }
}

function pairOf(header: unknown): RecordHeader {
  if (typeof header !== 'object' || header === null) throw invalid(`expected {key, value}, received ${typeof header}`)
  return header as RecordHeader
}

function check(key: unknown, value: unknown): void {
  if (typeof key !== 'string') throw invalid(`expected a string as key, received ${key === null ? 'null' : typeof key}`)
  const fits = value === null || typeof value === 'string' || value instanceof Uint8Array
  if (!fits) throw invalid(`expected a string, bytes or null for "${key}", received ${typeof value}`)
}

function invalid(what: string): RecordError {
  return new RecordError('INVALID_ARGUMENT', `headers: ${what}`)
}
