import { ConfigError } from '@posthorn/contracts'

/** Options of `gzip`. */
export interface GzipOptions {
  /**
   * `compression.gzip.level` (KIP-390): 1 (quickest) to 9 (smallest), or -1, zlib's own default, which is 6 now.
   * Default -1.
   */
  readonly level?: number | undefined
  /**
   * Inputs of up to this many bytes are compressed at once, in the call; longer ones in Node's thread pool, so that they
   * do not hold up the event loop. 0 to 2147483647, 0 for always in the pool. Default 65536: measured on Node 24, 64 KiB
   * hold up the event loop for 0.5 ms (JSON, level -1), 1.7 ms (JSON, level 9) or 1 ms (random bytes, every level), and
   * the way through the pool costs some 0.1 ms more for each batch.
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
  const { level = -1, syncBytes = 65_536 } = options
  if (!Number.isInteger(level) || level > 9 || level === 0 || level < -1) {
    throw new ConfigError(`gzip: level must be an integer from 1 to 9, or -1 for zlib's default; got ${String(level)}`)
  }
  if (!Number.isInteger(syncBytes) || syncBytes < 0 || syncBytes > 0x7fffffff) {
    throw new ConfigError(`gzip: syncBytes must be an integer from 0 to 2147483647; got ${String(syncBytes)}`)
  }
  return { level, syncBytes }
}
