import type { Codec, Plugin } from '@posthorn/contracts'
import { ProtocolError } from '@posthorn/contracts'
import { measureFrame } from './frame.ts'
import { loadLibrary } from './library.ts'
import { blockCompressor } from './blockCompressor.ts'
import { lz4Settings, type Lz4Options } from './options.ts'
import { writeFrame } from './writeFrame.ts'

/**
 * The LZ4 frame format, Kafka's codec 3, by WebAssembly of our own and `lz4-napi`: independent blocks, no checksums but
 * the header's, as the Java client writes it. Reads frames with linked blocks and checksums too. `decompress` fails with a
 * `ProtocolError` (`MALFORMED_BATCH`) for damaged input and for a result above `maxBytes`, before it takes room for one.
 * Throws a `ConfigError` for an option out of range; the plugin throws one where `lz4-napi` has no native code for the
 * platform.
 */
export function lz4(options: Lz4Options = {}): Plugin<Codec> {
  const { syncBytes } = lz4Settings(options)
  return ({ logger }) => {
    const library = loadLibrary()
    const compressBlock = blockCompressor(library, logger)
    return {
      name: 'lz4',
      attribute: 3,
      compress: (input, room) =>
        input.length <= syncBytes ? writeFrame(input, compressBlock, room) : library.compressFrame(input),
      decompress(input, maxBytes) {
        try {
          const lengths = measureFrame(input, maxBytes)
          if (lengths.content > maxBytes) throw tooLong(maxBytes)
          const frame = input.subarray(0, lengths.frame)
          if (lengths.content <= syncBytes) return library.decompressFrameSync(frame)
          return library.decompressFrame(frame).catch(refuse)
        } catch (error) {
          return refuse(error)
        }
      },
    }
  }
}

function refuse(cause: unknown): never {
  if (cause instanceof ProtocolError) throw cause
  const why = cause instanceof Error ? cause.message : String(cause)
  throw new ProtocolError('MALFORMED_BATCH', `lz4: damaged input: ${why}`, { cause })
}

function tooLong(maxBytes: number): ProtocolError {
  return new ProtocolError('MALFORMED_BATCH', `lz4: the result is longer than ${maxBytes} bytes`)
}
