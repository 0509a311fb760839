import type { Partitioner, Plugin } from '@posthorn/contracts'
import { booleanOption } from './booleanOption.ts'
import { masked } from './keyPlaces.ts'
import type { KeylessOptions } from './keyless.ts'
import { checkKeyless } from './keyless.ts'
import { murmur2 } from './murmur2.ts'
import { sticky } from './sticky.ts'

/** Options of {@link murmur2Sticky}. */
export interface Murmur2StickyOptions extends KeylessOptions {
  /** `partitioner.ignore.keys`: keys do not choose the partition; every record is placed as if it had none. Default false. */
  readonly ignoreKeys?: boolean | undefined
}

const byMurmur2 = masked(murmur2)

/**
 * Places records as the Java client does by default. A key decides by its murmur2 hash over all partitions, with or
 * without a leader, so equal keys meet in one partition whatever client sent them. Records without a key stay on one
 * partition until `batchSize` bytes went there, so that batches fill up, and then move to another (KIP-480, KIP-794).
 * An empty key is a key. Throws a `ConfigError` for an option that is not a boolean.
 */
export function murmur2Sticky(options: Murmur2StickyOptions = {}): Plugin<Partitioner> {
  const ignoreKeys = booleanOption('murmur2Sticky', 'ignoreKeys', options.ignoreKeys, false)
  const keyless = checkKeyless('murmur2Sticky', options)
  return sticky('murmur2Sticky', ignoreKeys ? null : byMurmur2, keyless)
}
