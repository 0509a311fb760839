import { readFileSync } from 'node:fs'
import type { Codec } from '@posthorn/contracts'
import { describe, expect, it } from 'vitest'
import { withBrokenHeaderChecksum } from '../src/lz4Header.ts'
import { appendedFrom, plugin } from './support/appended.ts'

/** Lines of `OldFormats.jsonl`; `vectors/OldFormats.java` writes them. */
interface SetVector {
  readonly kind: 'set'
  readonly name: string
  readonly format: 0 | 1
  readonly codec: 'none' | 'gzip' | 'lz4'
  /** The records in format v2. */
  readonly batch: string
  /** What Kafka's own classes made of them. */
  readonly messages: string
}
interface Lz4Vector {
  readonly kind: 'lz4'
  readonly right: string
  readonly broken: string
}

const text = readFileSync(new URL('./vectors/OldFormats.jsonl', import.meta.url), 'utf8')
const vectors = text
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as SetVector | Lz4Vector)
const sets = vectors.filter((vector) => vector.kind === 'set')
const attributes = { gzip: 1, lz4: 3 } as const
/** Where the value of a message without a key begins. */
const valueStart = [26, 34]
/** Where the checksum of an LZ4 frame without a content size is. */
const LZ4_CHECKSUM = 6

describe('the bytes of Kafka’s own classes', () => {
  it.each(sets.filter(({ codec }) => codec === 'none'))('REC-09 v$format, $name', ({ format, batch, messages }) => {
    const made = plugin().messages(appendedFrom(bytes(batch)), null, format === 0 ? 1 : 2)
    expect(hex(made)).toBe(messages)
  })

  it.each(sets.filter(({ codec }) => codec !== 'none'))('REC-10 v$format, $codec, $name', (vector) => {
    const { format, codec, batch, messages } = vector
    const inside = sets.find((other) => other.name === vector.name && other.format === format && other.codec === 'none')
    const compressed = bytes(messages).slice(valueStart[format])
    // No codec of ours makes the same bytes as Java's; so this one hands over Java's, once it was given the right input.
    const stub: Codec = {
      name: codec,
      attribute: attributes[codec as 'gzip' | 'lz4'],
      compress: (input) => {
        expect(hex(input)).toBe(inside?.messages)
        // Whatever a codec puts there, format v0 gets its own.
        return codec === 'lz4' && format === 0 ? compressed.with(LZ4_CHECKSUM, 0) : compressed
      },
      decompress: (input) => input,
    }
    expect(hex(plugin().messages(appendedFrom(bytes(batch)), stub, format === 0 ? 1 : 2))).toBe(messages)
  })

  it('CMP-04 the header checksum of LZ4 in v0', () => {
    const [vector] = vectors.filter(({ kind }) => kind === 'lz4') as Lz4Vector[]
    expect(vector?.right).not.toBe(vector?.broken)
    expect(hex(withBrokenHeaderChecksum(bytes(vector?.right ?? '')))).toBe(vector?.broken)
  })
})

function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'hex'))
}

function hex(made: Uint8Array | PromiseLike<Uint8Array>): string {
  if (!(made instanceof Uint8Array)) throw new Error('expected bytes at once')
  return Buffer.from(made).toString('hex')
}
