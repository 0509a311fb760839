import type { Field, Section } from './readerWatch.ts'
import { below, extreme, hugeVarint, integer, pick, repeated, splice, type Random } from './mutate.ts'

/** What is known of the form of an input. */
export interface Form {
  readonly fields: readonly Field[]
  readonly sections: readonly Section[]
}

/** Bytes that an input may grow to. */
export const MOST_BYTES = 1 << 18

/** One change to a field or an array of which it is known where it lies; `null` when none is. */
export function mutateForm(bytes: Uint8Array, form: Form, random: Random): Uint8Array | null {
  if (form.sections.length > 0 && random() < 0.3) return mutateSection(bytes, pick(random, form.sections), random)
  const lengths = form.fields.filter(({ kind }) => kind === 'length')
  const among = lengths.length > 0 && random() < 0.7 ? lengths : form.fields
  return among.length === 0 ? null : mutateField(bytes, pick(random, among), random)
}

/** Lies about a number or a length: nothing else changes. */
function mutateField(bytes: Uint8Array, { start, end, kind }: Field, random: Random): Uint8Array {
  const size = end - start
  if (size === 1 || (size < 6 && ![2, 4].includes(size))) {
    const value = below(random, 2) === 0 ? hugeVarint(random) : varint(extreme(random, bytes.length - end))
    return splice(bytes, start, end, value)
  }
  const near = kind === 'length' ? bytes.length - end : Number(bytes[start])
  return splice(bytes, start, end, integer(extreme(random, near), size))
}

/** Repeats or leaves out an element of an array, with the count to match or with one that is off by one. */
function mutateSection(bytes: Uint8Array, { count, elements }: Section, random: Random): Uint8Array {
  const compact = count.end - count.start === 1
  const element = elements.length === 0 ? { start: count.end, end: count.end } : pick(random, elements)
  const size = element.end - element.start
  const most = random() < 0.03 ? MOST_BYTES : 2048
  const copies = Math.max(1, below(random, Math.floor(most / Math.max(1, size))))
  const grown = splice(bytes, element.end, element.end, repeated(bytes.subarray(element.start, element.end), copies))
  const total = elements.length + copies + pick(random, [0, 0, 0, 1, -1])
  return splice(grown, count.start, count.end, compact ? varint(total + 1) : integer(total, 4))
}

/** An unsigned varint; only the low 32 bits of `value`. */
function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value >>> 0
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80)
    rest >>>= 7
  }
  return Uint8Array.of(...bytes, rest)
}
