import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A message as Kafka's Java client writes it; made by `vectors/generate.ts`. */
export interface MessageVector {
  readonly kind: string
  readonly version: number
  /** `full`: a distinct value in every field. `sparse`: null, false and empty. `follower`: full, with what we skip. */
  readonly variant: 'full' | 'sparse' | 'follower'
  readonly bytes: string
  readonly body: Record<string, unknown>
}

/** A value and its bytes. */
export interface PrimitiveVector {
  readonly type: string
  readonly value: string
  readonly bytes: string
}

/** A record batch and what is in it. */
export interface BatchVector {
  readonly name: string
  readonly bytes: string
  readonly batch: Record<string, unknown>
  readonly records: readonly RecordVector[]
}

/** A record of a {@link BatchVector}; keys and values in hex. */
export interface RecordVector {
  readonly offset: number
  readonly timestamp: number
  readonly key: string | null
  readonly value: string | null
  readonly headers: readonly { readonly key: string; readonly value: string | null }[]
}

export function messageVectors(subject: string): MessageVector[] {
  return load(subject) as MessageVector[]
}

export function primitiveVectors(type: string): PrimitiveVector[] {
  return (load('Primitives') as PrimitiveVector[]).filter((vector) => vector.type === type)
}

export function batchVectors(): BatchVector[] {
  return load('Records') as BatchVector[]
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}

export function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'))
}

function load(subject: string): unknown[] {
  const lines = readFileSync(join(import.meta.dirname, '..', 'vectors', `${subject}.jsonl`), 'utf8')
    .trimEnd()
    .split('\n')
  return lines.map((line) => JSON.parse(line) as unknown)
}
