import type { Partitioner, Plugin } from '@posthorn/contracts'
import { choiceOption } from './choiceOption.ts'
import type { KeylessOptions } from './keyless.ts'
import { checkKeyless } from './keyless.ts'
import type { KeyPlace } from './keyPlaces.ts'
import { masked } from './keyPlaces.ts'
import { murmur2 } from './murmur2.ts'
import { murmur2Rounded } from './murmur2Rounded.ts'
import { sticky } from './sticky.ts'

/** KafkaJS's partitioners: `DefaultPartitioner` and `LegacyPartitioner`. */
export type KafkajsPartitioner = 'default' | 'legacy'

/** Options of {@link kafkajs}. */
export interface KafkajsOptions extends KeylessOptions {
  /** Which of KafkaJS's. Default: `default`, which KafkaJS uses since version 2. */
  readonly partitioner?: KafkajsPartitioner | undefined
}

const places: Readonly<Record<KafkajsPartitioner, KeyPlace>> = {
  default: masked(murmur2),
  legacy: masked(murmur2Rounded),
}

/**
 * Places keys as KafkaJS does: `default` as Java, `legacy` as KafkaJS did by default before version 2, by a murmur2 whose
 * products were rounded. An empty key is a key. Records without a key stay on one partition for a batch, as with
 * `murmur2Sticky`, where KafkaJS takes partitions in turn. Throws a `ConfigError` for an option that cannot be.
 */
export function kafkajs(options: KafkajsOptions = {}): Plugin<Partitioner> {
  const partitioner = choiceOption('kafkajs', 'partitioner', options.partitioner, places, 'default')
  return sticky(`kafkajs ${partitioner}`, places[partitioner], checkKeyless('kafkajs', options))
}
