import { connect } from 'node:net'

/** Reads the fixed-width types of Kafka's older, non-flexible message formats. */
export class Reader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  int8(): number {
    return this.#bytes.readInt8(this.#skip(1))
  }

  int16(): number {
    return this.#bytes.readInt16BE(this.#skip(2))
  }

  int32(): number {
    return this.#bytes.readInt32BE(this.#skip(4))
  }

  string(): string | null {
    const length = this.int16()
    if (length < 0) return null
    return this.#bytes.toString('utf8', this.#skip(length), this.#at)
  }

  array<T>(item: () => T): T[] {
    return Array.from({ length: Math.max(0, this.int32()) }, item)
  }

  /** Passes over so many bytes. */
  skip(length: number): void {
    this.#skip(length)
  }

  #skip(length: number): number {
    const from = this.#at
    this.#at += length
    return from
  }
}

/** A 16-bit integer as bytes. */
export function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}

/** A 32-bit integer as bytes. */
export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

/** A string with its length before it. */
export function string(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8')
  return Buffer.concat([int16(bytes.length), bytes])
}

/** An array with its count before it. */
export function array(items: readonly Buffer[]): Buffer {
  return Buffer.concat([int32(items.length), ...items])
}

/** What to ask whom. */
export interface Call {
  readonly port: number
  readonly apiKey: number
  readonly version: number
  readonly body: Buffer
  /** Whether the version has headers with tagged fields. Default false. */
  readonly flexible?: boolean
  readonly timeoutMs?: number
}

/**
 * One request and its answer on a connection of their own. This tool needs a few words of the protocol to set
 * a stage, and takes them from here, so that a mistake in our own `protocol` package cannot hide behind itself.
 */
export function call({ port, apiKey, version, body, flexible = false, timeoutMs = 5_000 }: Call): Promise<Reader> {
  const tags = Buffer.alloc(flexible ? 1 : 0)
  const request = Buffer.concat([int16(apiKey), int16(version), int32(1), string('posthorn-tools'), tags, body])
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port })
    let received = Buffer.alloc(0)
    const timer = setTimeout(() => fail(new Error(`no answer from port ${port} in ${timeoutMs} ms`)), timeoutMs)
    const fail = (error: Error): void => {
      clearTimeout(timer)
      socket.destroy()
      reject(error)
    }
    socket.once('error', fail)
    socket.once('close', () => fail(new Error(`port ${port} closed the connection`)))
    socket.write(Buffer.concat([int32(request.length), request]))
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      if (received.length < 8 || received.length < 4 + received.readInt32BE(0)) return
      clearTimeout(timer)
      socket.destroy()
      resolve(new Reader(received.subarray(8 + tags.length)))
    })
  })
}
