import { booleanOption } from './booleanOption.ts'

/** How records without a key are placed: on one partition until `batchSize` bytes went there, then on another. */
export interface KeylessOptions {
  /**
   * `partitioner.adaptive.partitioning.enable`: records without a key go more often where fewer batches wait, and not
   * to a partition that is not responsive (KIP-794). Default true. False: each partition is as likely as the others.
   */
  readonly adaptive?: boolean | undefined
  /**
   * `partitioner.rack.aware`: records without a key go to partitions whose leader is in the client's rack (`clientRack` of
   * the producer), as long as there is one (KIP-1123). Default false.
   */
  readonly rackAware?: boolean | undefined
}

/** The same, filled in. */
export interface Keyless {
  readonly adaptive: boolean
  readonly rackAware: boolean
}

/** Fills in the defaults; a `ConfigError` that names `plugin` for anything but booleans. */
export function checkKeyless(plugin: string, { adaptive, rackAware }: KeylessOptions): Keyless {
  return {
    adaptive: booleanOption(plugin, 'adaptive', adaptive, true),
    rackAware: booleanOption(plugin, 'rackAware', rackAware, false),
  }
}
