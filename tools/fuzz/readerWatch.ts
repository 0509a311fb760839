import { Reader } from '@posthorn/protocol'
import { Violation } from './target.ts'

/** A field that a decoder read, as offsets into the memory of the input. */
export interface Field {
  readonly start: number
  readonly end: number
  /** `length` for counts and lengths, which are what a hostile peer lies about. */
  readonly kind: 'length' | 'number'
}

/** An array that a decoder read: its count, and each element. */
export interface Section {
  readonly count: Field
  readonly elements: readonly { readonly start: number; readonly end: number }[]
}

type Method = (this: Reader, ...args: unknown[]) => unknown

/** Each of these begins with a count or length. */
const LENGTHS = new Set(['nullableString', 'nullableBytes', 'nullableArray', 'tags', 'varint', 'unsignedVarint'])
const NUMBERS = new Set(['int8', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'int64Number', 'varlong', 'uuid'])

/**
 * Stands in front of every method of `Reader`: counts what a decoder does, so that a loop without an end is found by
 * counting and not by waiting, and notes fields on request. One at a time; `Symbol.dispose` takes it away.
 */
export class ReaderWatch implements Disposable {
  /** Operations since `start`. */
  operations = 0
  private budget = Number.POSITIVE_INFINITY
  private fields: Field[] | null = null
  private sections: Section[] = []
  private readonly originals = new Map<string, Method>()

  constructor() {
    const prototype = Reader.prototype as unknown as Record<string, Method>
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(Reader.prototype))) {
      if (typeof value !== 'function' || name === 'constructor' || name === 'fault') continue
      this.originals.set(name, value as Method)
      prototype[name] = this.around(name, value as Method)
    }
  }

  /** Begins to count; at more than `budget` operations the reader throws a {@link Violation}. */
  start(budget: number): void {
    this.operations = 0
    this.budget = budget
  }

  /** Notes the fields that `read` reads, which may end in an error; offsets are those in the memory below. */
  fieldsOf(read: () => unknown): { readonly fields: readonly Field[]; readonly sections: readonly Section[] } {
    const fields: Field[] = (this.fields = [])
    const sections: Section[] = (this.sections = [])
    try {
      read()
    } catch {
      // What was read before the fault is of use all the same.
    } finally {
      this.fields = null
    }
    return { fields, sections }
  }

  [Symbol.dispose](): void {
    const prototype = Reader.prototype as unknown as Record<string, Method>
    for (const [name, original] of this.originals) prototype[name] = original
  }

  private around(name: string, original: Method): Method {
    // eslint-disable-next-line @typescript-eslint/no-this-alias
    const watch = this
    const noted = LENGTHS.has(name) || NUMBERS.has(name)
    return function (...args) {
      if (++watch.operations > watch.budget) {
        throw new Violation(`more than ${watch.budget} operations of Reader; the last is ${name} at ${this.offset}`)
      }
      return noted && watch.fields !== null ? watch.note(this, name, original, args) : original.apply(this, args)
    }
  }

  private note(reader: Reader, name: string, original: Method, args: unknown[]): unknown {
    const fields = this.fields as Field[]
    const base = originOf(reader)
    const start = base + reader.offset
    const kind = LENGTHS.has(name) ? 'length' : 'number'
    if (name !== 'nullableArray') {
      const at = fields.push({ start, end: start, kind }) - 1
      const value = original.apply(reader, args)
      // A number that says how much follows is a length, whatever it is read as.
      const says = kind === 'length' || (value === reader.remaining && value !== 0) ? 'length' : kind
      fields[at] = { start, end: endOf(reader, name, start, base), kind: says }
      return value
    }
    const count: Field = { start, end: start + (reader.flexible ? 1 : 4), kind }
    const elements: { start: number; end: number }[] = []
    const [minimum, read] = args as [number, () => unknown]
    fields.push(count)
    this.sections.push({ count, elements })
    return original.call(reader, minimum, () => {
      const from = base + reader.offset
      const element = read()
      elements.push({ start: from, end: base + reader.offset })
      return element
    })
  }
}

/** Where the memory of the input begins in its buffer is what offsets are relative to; a view of nothing tells. */
function originOf(reader: Reader): number {
  return (reader as unknown as { bytes: Uint8Array }).bytes.byteOffset
}

/** Lengths alone are of interest, not what they are the length of. */
function endOf(reader: Reader, name: string, start: number, base: number): number {
  const end = base + reader.offset
  if (name === 'nullableString') return Math.min(end, start + (reader.flexible ? 1 : 2))
  if (name === 'nullableBytes') return Math.min(end, start + (reader.flexible ? 1 : 4))
  return name === 'tags' ? Math.min(end, start + 1) : end
}
