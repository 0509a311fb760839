import { gzipSync, zstdCompressSync } from 'node:zlib'
import type { Codec, Logger } from '@posthorn/contracts'

/** A payload as it goes into a push. */
export interface Compressed {
  /** Kafka's id of the codec, 0 for none. */
  readonly type: number
  readonly bytes: Uint8Array
}

type Compress = (input: Uint8Array) => Uint8Array | Promise<Uint8Array>

/** Compresses payloads with the first codec that the broker accepts and that is there. */
export class Compression {
  private readonly codecs: ReadonlyMap<number, Compress>
  private readonly logger: Logger

  constructor(codecs: readonly Codec[], logger: Logger) {
    this.logger = logger
    this.codecs = new Map<number, Compress>([
      [1, (input) => gzipSync(input)],
      [4, (input) => zstdCompressSync(input)],
      ...codecs.map((codec): [number, Compress] => [codec.attribute, (input) => codec.compress(input)]),
    ])
  }

  /** `accepted`: Kafka's ids of codecs; none for no compression. A codec that fails leaves the payload as it is (TEL-05). */
  async compress(payload: Uint8Array, accepted: readonly number[]): Promise<Compressed> {
    const type = accepted.find((id) => id === 0 || this.codecs.has(id)) ?? 0
    const compress = this.codecs.get(type)
    if (compress === undefined) return { type: 0, bytes: payload }
    try {
      return { type, bytes: await compress(payload) }
    } catch (error) {
      this.logger.warn('client telemetry could not be compressed and goes as it is', { codec: type, error })
      return { type: 0, bytes: payload }
    }
  }
}
