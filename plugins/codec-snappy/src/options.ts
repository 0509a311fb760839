import { ConfigError } from '@posthorn/contracts'

/** Options of `snappy`. Kafka's snappy has no level. */
export interface SnappyOptions {
  /**
   * Batches of up to this many bytes are compressed at once, in the call; longer ones in blocks of 32 KiB, one in each
   * turn of the event loop. 0 to 2147483647, 0 for never in the call. Default 262144, which take about 2 ms.
   */
  readonly syncBytes?: number | undefined
}

/** {@link SnappyOptions} with every hole filled. */
export interface SnappySettings {
  readonly syncBytes: number
}

/** Fills and checks options; throws a `ConfigError` that names key, range and value. */
export function snappySettings(options: SnappyOptions): SnappySettings {
  const { syncBytes = 262_144 } = options
  if (!Number.isInteger(syncBytes) || syncBytes < 0 || syncBytes > 0x7fffffff) {
    throw new ConfigError(`snappy: syncBytes must be an integer from 0 to 2147483647; got ${String(syncBytes)}`)
  }
  return { syncBytes }
}
