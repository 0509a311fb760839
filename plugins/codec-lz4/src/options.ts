import { ConfigError } from '@posthorn/contracts'

/** Options of `lz4`. */
export interface Lz4Options {
  /**
   * Batches of up to this many bytes are compressed at once, in the call; longer ones in Node's thread pool.
   * 0 to 2147483647, 0 for always in the pool. Default 524288, which take about 2 ms.
   */
  readonly syncBytes?: number | undefined
}

/** {@link Lz4Options} with every hole filled. */
export interface Lz4Settings {
  readonly syncBytes: number
}

/** Fills and checks options; throws a `ConfigError` that names key, range and value. */
export function lz4Settings(options: Lz4Options): Lz4Settings {
  const { syncBytes = 524_288 } = options
  if (!Number.isInteger(syncBytes) || syncBytes < 0 || syncBytes > 0x7fffffff) {
    throw new ConfigError(`lz4: syncBytes must be an integer from 0 to 2147483647; got ${String(syncBytes)}`)
  }
  return { syncBytes }
}
