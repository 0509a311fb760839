import { constants as limits } from 'node:buffer'
import { gunzip as gunzipInPool, gunzipSync, gzip as gzipInPool, gzipSync } from 'node:zlib'
import type { Codec, Plugin } from '@posthorn/contracts'
import { ProtocolError } from '@posthorn/contracts'
import { gzipSettings, type GzipOptions } from './options.ts'

/**
 * The gzip format (RFC 1952), Kafka's codec 1, by `node:zlib`. Reads input of several members, as Java and others may
 * write it. `decompress` fails with a `ProtocolError` (`MALFORMED_BATCH`) for damaged input and for a result above
 * `maxBytes`, whose room is never taken beyond one piece of 16 KiB. Throws a `ConfigError` for an option out of range.
 */
export function gzip(options: GzipOptions = {}): Plugin<Codec> {
  const { level, syncBytes } = gzipSettings(options)
  const settings = { level }

  const compress = (input: Uint8Array): Uint8Array | Promise<Uint8Array> => {
    if (input.length <= syncBytes) return gzipSync(input, settings)
    return new Promise((resolve, reject) => {
      gzipInPool(input, settings, (error, result) => (error === null ? resolve(result) : reject(error)))
    })
  }

  const decompress = (input: Uint8Array, maxBytes: number): Uint8Array | Promise<Uint8Array> => {
    // zlib knows no limit below one byte.
    const bound = { maxOutputLength: Math.min(Math.max(maxBytes, 1), limits.MAX_LENGTH) }
    if (input.length <= syncBytes) {
      let result: Uint8Array
      try {
        result = gunzipSync(input, bound)
      } catch (error) {
        throw refusal(error, maxBytes)
      }
      return within(result, maxBytes)
    }
    return new Promise((resolve, reject) => {
      gunzipInPool(input, bound, (error, result) => {
        if (error !== null) reject(refusal(error, maxBytes))
        else resolve(result)
      })
    }).then((result) => within(result as Uint8Array, maxBytes))
  }

  return () => ({ name: 'gzip', attribute: 1, compress, decompress })
}

function within(result: Uint8Array, maxBytes: number): Uint8Array {
  if (result.length > maxBytes) throw tooLong(maxBytes)
  return result
}

function refusal(cause: unknown, maxBytes: number): ProtocolError {
  const { code, message } = cause as NodeJS.ErrnoException
  if (code === 'ERR_BUFFER_TOO_LARGE') return tooLong(maxBytes, cause)
  return new ProtocolError('MALFORMED_BATCH', `gzip: damaged input: ${message}`, { cause })
}

function tooLong(maxBytes: number, cause?: unknown): ProtocolError {
  return new ProtocolError('MALFORMED_BATCH', `gzip: the result is longer than ${maxBytes} bytes`, { cause })
}
