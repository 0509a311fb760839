import { ConfigError } from '@posthorn/contracts'

/** Options of `gzip`. */
export interface GzipOptions {
  /**
   * `compression.gzip.level` (KIP-390): 1 (quickest) to 9 (smallest), or -1, zlib's own default, which is 6 now.
   * Default -1.
   */
  readonly level?: number | undefined
  /**
   * Batches of up to this many bytes are compressed at once, in the call; longer ones in Node's thread pool.
   * 0 to 2147483647, 0 for always in the pool. Default: what takes about 2 ms by the level, 262144 for 1 and 2, 65536
   * for 3 to 5, 32768 for 6 and -1, 16384 above.
   */
  readonly syncBytes?: number | undefined
}

/** {@link GzipOptions} with every hole filled. */
export interface GzipSettings {
  readonly level: number
  readonly syncBytes: number
}

/** Fills and checks options; throws a `ConfigError` that names key, range and value. */
export function gzipSettings(options: GzipOptions): GzipSettings {
  const { level = -1 } = options
  if (!Number.isInteger(level) || level > 9 || level === 0 || level < -1) {
    throw new ConfigError(`gzip: level must be an integer from 1 to 9, or -1 for zlib's default; got ${String(level)}`)
  }
  const { syncBytes = quickBytes(level) } = options
  if (!Number.isInteger(syncBytes) || syncBytes < 0 || syncBytes > 0x7fffffff) {
    throw new ConfigError(`gzip: syncBytes must be an integer from 0 to 2147483647; got ${String(syncBytes)}`)
  }
  return { level, syncBytes }
}

/** What a level compresses in some 2 ms: docs/decisions/0014. */
function quickBytes(level: number): number {
  if (level === -1 || level === 6) return 32_768
  if (level <= 2) return 262_144
  return level <= 5 ? 65_536 : 16_384
}
