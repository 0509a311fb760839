import { ConfigError } from '@posthorn/contracts'

/** Options of `zstd`. */
export interface ZstdOptions {
  /**
   * `compression.zstd.level` (KIP-390): -131072 (quickest) to 22 (smallest); 0 is the library's own default, which is 3
   * too. Default 3, as Kafka's.
   */
  readonly level?: number | undefined
  /**
   * Batches of up to this many bytes are compressed at once, in the call; longer ones in Node's thread pool.
   * 0 to 2147483647, 0 for always in the pool. Default: what takes about 2 ms by the level, 262144 for up to 4, 65536
   * for 5 to 9, 0 above.
   */
  readonly syncBytes?: number | undefined
}

/** {@link ZstdOptions} with every hole filled. */
export interface ZstdSettings {
  readonly level: number
  readonly syncBytes: number
}

/** Fills and checks options; throws a `ConfigError` that names key, range and value. */
export function zstdSettings(options: ZstdOptions): ZstdSettings {
  const { level = 3 } = options
  if (!Number.isInteger(level) || level < -131_072 || level > 22) {
    throw new ConfigError(`zstd: level must be an integer from -131072 to 22; got ${String(level)}`)
  }
  const { syncBytes = quickBytes(level) } = options
  if (!Number.isInteger(syncBytes) || syncBytes < 0 || syncBytes > 0x7fffffff) {
    throw new ConfigError(`zstd: syncBytes must be an integer from 0 to 2147483647; got ${String(syncBytes)}`)
  }
  return { level, syncBytes }
}

/** What a level compresses in some 2 ms: docs/decisions/0014. */
function quickBytes(level: number): number {
  if (level <= 4) return 262_144
  return level <= 9 ? 65_536 : 0
}
