import type { Logger, RecordHeader } from '@posthorn/contracts'

/** A value in the registry's frame, and the headers that belong to it. */
export interface Framed {
  readonly bytes: Uint8Array
  readonly added: readonly RecordHeader[]
}

/** What the frame of a topic and kind is: bytes before the value, and headers; `null` when it is none of the kind. */
interface Frame {
  readonly prefix: Uint8Array
  readonly added: readonly RecordHeader[]
}

/** Magic byte and id, or magic byte and GUID; Protobuf writes indexes of the message behind either. */
const SHORTEST = 5

/** What the registry's serializer puts around values, learned from what it did with the first of each topic and kind. */
export class Frames<T> {
  readonly #encode: (value: T) => Uint8Array
  readonly #kindOf: ((value: T) => string) | undefined
  readonly #logger: Logger
  readonly #known = new Map<string, Map<string, Frame | null>>()

  constructor(encode: (value: T) => Uint8Array, kindOf: ((value: T) => string) | undefined, logger: Logger) {
    this.#encode = encode
    this.#kindOf = kindOf
    this.#logger = logger
  }

  /** The value in its frame, or `null` while that is not known. Throws what `encode` throws. */
  apply(topic: string, value: T): Framed | null {
    const frame = this.#known.get(topic)?.get(this.#kind(value)) ?? null
    if (frame === null) return null
    const { prefix, added } = frame
    const body = this.#encode(value)
    if (prefix.length === 0) return { bytes: body, added }
    const bytes = new Uint8Array(prefix.length + body.length)
    bytes.set(prefix)
    bytes.set(body, prefix.length)
    return { bytes, added }
  }

  /** Takes the frame from what the registry's serializer made of a value, if `encode` makes the same of it. */
  learn(topic: string, value: T, { bytes, added }: Framed): void {
    const kind = this.#kind(value)
    let kinds = this.#known.get(topic)
    if (kinds === undefined) this.#known.set(topic, (kinds = new Map<string, Frame | null>()))
    if (kinds.has(kind)) return
    const frame = this.#frameOf(value, bytes, added)
    kinds.set(kind, frame)
    if (frame !== null) return
    this.#logger.warn('schemaRegistry: encode differs from what the serializer writes; it is not used', { topic, kind })
  }

  #kind(value: T): string {
    return this.#kindOf?.(value) ?? ''
  }

  #frameOf(value: T, bytes: Uint8Array, added: readonly RecordHeader[]): Frame | null {
    let body: Uint8Array
    try {
      body = this.#encode(value)
    } catch {
      return null
    }
    const start = bytes.length - body.length
    const framed = start >= SHORTEST ? bytes[0] === 0 || bytes[0] === 1 : start === 0 && added.length > 0
    if (!framed || !body.every((byte, i) => byte === bytes[start + i])) return null
    return { prefix: bytes.slice(0, start), added }
  }
}
