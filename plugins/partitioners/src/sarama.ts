import type { Partitioner, Plugin } from '@posthorn/contracts'
import { choiceOption } from './choiceOption.ts'
import { crc32 } from './crc32.ts'
import { fnv1a } from './fnv1a.ts'
import type { KeylessOptions } from './keyless.ts'
import { checkKeyless } from './keyless.ts'
import type { KeyPlace } from './keyPlaces.ts'
import { absolute, masked, unsigned } from './keyPlaces.ts'
import { murmur2 } from './murmur2.ts'
import { sticky } from './sticky.ts'

/** Sarama's partitioners that look at keys: `hash` is its `NewHashPartitioner`, and so on. */
export type SaramaPartitioner = 'hash' | 'referenceHash' | 'consistentCRCHash' | 'murmur2'

/** Options of {@link sarama}. */
export interface SaramaOptions extends KeylessOptions {
  /** Which of Sarama's. Default: its default, `hash`. */
  readonly partitioner?: SaramaPartitioner | undefined
}

const places: Readonly<Record<SaramaPartitioner, KeyPlace>> = {
  hash: absolute(fnv1a),
  referenceHash: masked(fnv1a),
  consistentCRCHash: unsigned(crc32),
  murmur2: masked(murmur2),
}

/**
 * Places keys as Sarama does, the Go client: `hash` by the absolute value of FNV-1a, `referenceHash` by FNV-1a without its
 * sign bit, `consistentCRCHash` by CRC-32, `murmur2` as Java. An empty key is a key. Records without a key stay on one
 * partition for a batch, as with `murmur2Sticky`, where Sarama draws for each. Throws a `ConfigError` for an option that
 * cannot be.
 */
export function sarama(options: SaramaOptions = {}): Plugin<Partitioner> {
  const partitioner = choiceOption('sarama', 'partitioner', options.partitioner, places, 'hash')
  return sticky(`sarama ${partitioner}`, places[partitioner], checkKeyless('sarama', options))
}
