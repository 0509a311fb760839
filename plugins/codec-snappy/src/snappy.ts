import type { Codec, Plugin } from '@posthorn/contracts'
import { ProtocolError } from '@posthorn/contracts'
import { BLOCK_BYTES, blocksOf, frame, type Blocks } from './framing.ts'
import { loadLibrary } from './library.ts'
import { snappySettings, type SnappyOptions } from './options.ts'
import { Turns } from './turns.ts'

/**
 * Snappy, Kafka's codec 2, by `snappyjs`: blocks of 32 KiB in the stream that the Java client writes. Reads that, and the
 * bare block that other clients write. `decompress` fails with a `ProtocolError` (`MALFORMED_BATCH`) for damaged input
 * and for a result above `maxBytes`, before it takes room for one. Throws a `ConfigError` for an option out of range.
 */
export function snappy(options: SnappyOptions = {}): Plugin<Codec> {
  const { syncBytes } = snappySettings(options)
  return () => {
    const library = loadLibrary()
    const turns = new Turns()
    const compressBlock = (piece: Uint8Array): Uint8Array => library.compress(piece)
    const unpack = ({ blocks, content }: Blocks): Uint8Array | Promise<Uint8Array> => {
      const result = new Uint8Array(content)
      let at = 0
      const unpackBlock = (block: Uint8Array): void => {
        const bytes = library.uncompress(block, content - at)
        result.set(bytes, at)
        at += bytes.length
      }
      if (content > syncBytes) return turns.map(blocks, unpackBlock).then(() => result)
      blocks.forEach(unpackBlock)
      return result
    }
    return {
      name: 'snappy',
      attribute: 2,
      compress(input) {
        const pieces = piecesOf(input)
        if (input.length <= syncBytes) return frame(pieces.map(compressBlock))
        return turns.map(pieces, compressBlock).then(frame)
      },
      decompress(input, maxBytes) {
        try {
          const found = blocksOf(input, maxBytes)
          if (found.content > maxBytes) throw tooLong(maxBytes)
          const result = unpack(found)
          return result instanceof Promise ? result.catch(refuse) : result
        } catch (error) {
          return refuse(error)
        }
      },
    }
  }
}

function piecesOf(input: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let at = 0; at < input.length; at += BLOCK_BYTES) pieces.push(input.subarray(at, at + BLOCK_BYTES))
  return pieces
}

function refuse(cause: unknown): never {
  if (cause instanceof ProtocolError) throw cause
  const why = cause instanceof Error ? cause.message : String(cause)
  throw new ProtocolError('MALFORMED_BATCH', `snappy: damaged input: ${why}`, { cause })
}

function tooLong(maxBytes: number): ProtocolError {
  return new ProtocolError('MALFORMED_BATCH', `snappy: the result is longer than ${maxBytes} bytes`)
}
