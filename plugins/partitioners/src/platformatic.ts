import type { Partitioner, Plugin } from '@posthorn/contracts'
import { choiceOption } from './choiceOption.ts'
import type { KeylessOptions } from './keyless.ts'
import { checkKeyless } from './keyless.ts'
import type { KeyPlace } from './keyPlaces.ts'
import { masked, unsigned } from './keyPlaces.ts'
import { murmur2 } from './murmur2.ts'
import { sticky } from './sticky.ts'

/** The partitioners of `@platformatic/kafka`: `defaultPartitioner` and `compatibilityPartitioner`. */
export type PlatformaticPartitioner = 'default' | 'compatibility'

/** Options of {@link platformatic}. */
export interface PlatformaticOptions extends KeylessOptions {
  /** Which of `@platformatic/kafka`'s. Default: `default`, what it does when none is given. */
  readonly partitioner?: PlatformaticPartitioner | undefined
}

const places: Readonly<Record<PlatformaticPartitioner, KeyPlace>> = {
  default: unsigned(murmur2),
  compatibility: masked(murmur2),
}

/**
 * Places keys as `@platformatic/kafka` does: `default` takes Java's hash as unsigned, so that about half of the keys are
 * elsewhere than Java puts them, `compatibility` as Java. An empty key is a key. Records without a key stay on one partition
 * for a batch, as with `murmur2Sticky`, where `@platformatic/kafka` takes partitions in turn. Throws a `ConfigError` for an
 * option that cannot be.
 */
export function platformatic(options: PlatformaticOptions = {}): Plugin<Partitioner> {
  const partitioner = choiceOption('platformatic', 'partitioner', options.partitioner, places, 'default')
  return sticky(`platformatic ${partitioner}`, places[partitioner], checkKeyless('platformatic', options))
}
