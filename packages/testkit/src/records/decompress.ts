import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import type { Codec } from '@posthorn/contracts'

/** What a batch may grow to when it is read: a test kit has no reason to believe in more. */
const maxOutputLength = 256 * 1024 * 1024

/** Whether {@link decompress} can read this codec. */
export function canDecompress(attribute: number, codecs: readonly Codec[]): boolean {
  return [0, 1, 4].includes(attribute) || codecs.some((codec) => codec.attribute === attribute)
}

/** The records of a batch, decompressed. Throws when they are damaged, or when nobody here knows the codec. */
export function decompress(records: Uint8Array, attribute: number, codecs: readonly Codec[]): Uint8Array {
  if (attribute === 0) return records
  const given = codecs.find((codec) => codec.attribute === attribute)
  if (given !== undefined) {
    const bytes = given.decompress(records, maxOutputLength)
    if (bytes instanceof Uint8Array) return bytes
    throw new Error(`codec ${given.name} decompresses asynchronously; the cluster needs one that answers at once`)
  }
  if (attribute === 1) return gunzipSync(records, { maxOutputLength })
  if (attribute === 4) return zstdDecompressSync(records, { maxOutputLength })
  throw new Error(`no codec ${attribute} was given to the cluster (\`codecs\`): it reads gzip and zstd by itself`)
}
