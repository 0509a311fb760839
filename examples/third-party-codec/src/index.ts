import type { Codec, Plugin } from '@posthorn/contracts'
import { ConfigError, ProtocolError } from '@posthorn/contracts'
import { gzip, Inflate } from 'pako'

/** Options of {@link pakoGzip}. */
export interface PakoGzipOptions {
  /** 0 (stored) to 9 (smallest). Default 6. */
  readonly level?: number | undefined
}

/** Room is taken in pieces of so many bytes, and never for more than one piece too many. */
const PIECE_BYTES = 16_384

/**
 * The gzip format, Kafka's codec 1, by pako: for places without `node:zlib`. All in the call, so large batches hold up the
 * event loop. `decompress` fails with a `ProtocolError` (`MALFORMED_BATCH`) for damaged input and for a result above
 * `maxBytes`. Throws a `ConfigError` for a level that gzip does not have.
 */
export function pakoGzip({ level = 6 }: PakoGzipOptions = {}): Plugin<Codec> {
  if (!Number.isInteger(level) || level < 0 || level > 9) {
    throw new ConfigError(`pakoGzip: level must be a whole number from 0 to 9; got ${String(level)}`)
  }
  return () => ({
    name: 'gzip',
    attribute: 1,
    compress: (input) => gzip(input, { level: level as 6 }),
    decompress,
  })
}

function decompress(input: Uint8Array, maxBytes: number): Uint8Array {
  const pieces: Uint8Array[] = []
  let length = 0
  const inflate = new Inflate({ chunkSize: PIECE_BYTES })
  inflate.onData = (piece) => {
    length += piece.length
    if (length > maxBytes) throw malformed(`the result is longer than ${maxBytes} bytes`)
    pieces.push(piece)
  }
  inflate.push(input, true)
  if (inflate.err !== 0) throw malformed(`damaged input: ${inflate.msg || `zlib's error ${inflate.err}`}`)
  if (!inflate.ended) throw malformed('the input ends too early')
  const result = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    result.set(piece, at)
    at += piece.length
  }
  return result
}

function malformed(what: string): ProtocolError {
  return new ProtocolError('MALFORMED_BATCH', `pakoGzip: ${what}`)
}
