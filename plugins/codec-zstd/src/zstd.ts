import { constants as limits } from 'node:buffer'
import {
  constants,
  zstdCompress as compressInPool,
  zstdCompressSync,
  zstdDecompress as decompressInPool,
  zstdDecompressSync,
  type ZstdOptions as NodeOptions,
} from 'node:zlib'
import type { Codec, Plugin } from '@posthorn/contracts'
import { ProtocolError } from '@posthorn/contracts'
import { framesOf } from './frames.ts'
import { zstdSettings, type ZstdOptions } from './options.ts'
import { ResultRoom } from './resultRoom.ts'

/**
 * The Zstandard format (RFC 8878), Kafka's codec 4 (KIP-110), by `node:zlib`. Brokers take it from 2.1 on. `decompress`
 * fails with a `ProtocolError` (`MALFORMED_BATCH`) for damaged input and for a result above `maxBytes`, whose room is
 * never taken beyond one piece of 16 KiB. Throws a `ConfigError` for an option out of range.
 */
export function zstd(options: ZstdOptions = {}): Plugin<Codec> {
  const { level, syncBytes } = zstdSettings(options)
  const params = { [constants.ZSTD_c_compressionLevel]: level }

  const decompress = (input: Uint8Array, maxBytes: number): Uint8Array | Promise<Uint8Array> => {
    try {
      const frames = framesOf(input)
      if (input.length <= syncBytes) return joined(frames, maxBytes)
      return joinedInPool(frames, maxBytes).catch((error: unknown) => refuse(error, maxBytes))
    } catch (error) {
      return refuse(error, maxBytes)
    }
  }

  return () => {
    const room = new ResultRoom()

    // Told how much is to come, the library takes tables of that size instead of some for megabytes.
    const settingsFor = ({ length }: Uint8Array): NodeOptions & { readonly pledgedSrcSize: number } => ({
      params,
      pledgedSrcSize: length,
      chunkSize: room.bytesFor(length),
    })
    const compress = (input: Uint8Array): Uint8Array | Promise<Uint8Array> => {
      if (input.length <= syncBytes) {
        const result = zstdCompressSync(input, settingsFor(input))
        room.onResult(input.length, result.length)
        return result
      }
      return new Promise((resolve, reject) => {
        compressInPool(input, settingsFor(input), (error, result) => {
          if (error === null) {
            room.onResult(input.length, result.length)
            resolve(result)
          } else reject(error)
        })
      })
    }
    return { name: 'zstd', attribute: 4, compress, decompress }
  }
}

/** The contents of frames, together no longer than `maxBytes`. */
function joined(frames: readonly Uint8Array[], maxBytes: number): Uint8Array {
  const contents: Uint8Array[] = []
  let room = maxBytes
  for (const frame of frames) {
    const content = zstdDecompressSync(frame, bound(room))
    room -= content.length
    if (room < 0) throw tooLong(maxBytes)
    contents.push(content)
  }
  return contents.length === 1 ? contents[0]! : Buffer.concat(contents)
}

async function joinedInPool(frames: readonly Uint8Array[], maxBytes: number): Promise<Uint8Array> {
  const contents: Uint8Array[] = []
  let room = maxBytes
  for (const frame of frames) {
    const content = await unpackInPool(frame, bound(room))
    room -= content.length
    if (room < 0) throw tooLong(maxBytes)
    contents.push(content)
  }
  return contents.length === 1 ? contents[0]! : Buffer.concat(contents)
}

function unpackInPool(frame: Uint8Array, options: NodeOptions): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    decompressInPool(frame, options, (error, result) => (error === null ? resolve(result) : reject(error)))
  })
}

/** zlib knows no limit below one byte. */
function bound(maxBytes: number): { readonly maxOutputLength: number } {
  return { maxOutputLength: Math.min(Math.max(maxBytes, 1), limits.MAX_LENGTH) }
}

function refuse(cause: unknown, maxBytes: number): never {
  if (cause instanceof ProtocolError) throw cause
  const { code, message } = cause as NodeJS.ErrnoException
  if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLong(maxBytes, cause)
  throw new ProtocolError('MALFORMED_BATCH', `zstd: damaged input: ${message}`, { cause })
}

function tooLong(maxBytes: number, cause?: unknown): ProtocolError {
  return new ProtocolError('MALFORMED_BATCH', `zstd: the result is longer than ${maxBytes} bytes`, { cause })
}
