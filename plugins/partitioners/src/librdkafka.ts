import type { Partitioner, Plugin, TopicPartitioner } from '@posthorn/contracts'
import { choiceOption } from './choiceOption.ts'
import { crc32 } from './crc32.ts'
import { fnv1a } from './fnv1a.ts'
import type { KeylessOptions } from './keyless.ts'
import { checkKeyless } from './keyless.ts'
import type { KeyPlace } from './keyPlaces.ts'
import { absolute, masked, unsigned } from './keyPlaces.ts'
import { murmur2 } from './murmur2.ts'
import { pickUniform } from './pick.ts'
import { sticky } from './sticky.ts'
import { StickyTopic } from './stickyTopic.ts'

/** The values of librdkafka's setting `partitioner`. */
export type LibrdkafkaPartitioner =
  'random' | 'consistent' | 'consistent_random' | 'murmur2' | 'murmur2_random' | 'fnv1a' | 'fnv1a_random'

/** Options of {@link librdkafka}. */
export interface LibrdkafkaOptions extends KeylessOptions {
  /** librdkafka's setting of the same name. Default: its default, `consistent_random`. */
  readonly partitioner?: LibrdkafkaPartitioner | undefined
}

const byCrc32 = unsigned(crc32)
const byMurmur2 = masked(murmur2)
const byFnv1a = absolute(fnv1a)

const places: Readonly<Record<LibrdkafkaPartitioner, KeyPlace | null>> = {
  random: null,
  consistent: byCrc32,
  consistent_random: byCrc32,
  murmur2: byMurmur2,
  murmur2_random: byMurmur2,
  fnv1a: byFnv1a,
  fnv1a_random: byFnv1a,
}

/**
 * Places keys as librdkafka does, and with it the clients that stand on it: confluent-kafka for Python, Go, .NET and
 * JavaScript, node-rdkafka, rust-rdkafka. `consistent` is CRC-32, `fnv1a` Sarama's hash, `murmur2` Java's; `random` lets keys
 * have no say.
 *
 * Records without a key stay on one partition for a batch, as with `murmur2Sticky`. `consistent`, `murmur2` and `fnv1a`
 * send all of them to the partition of the empty key instead. To `consistent_random` an empty key is none: each such
 * record goes to any partition. Throws a `ConfigError` for an option that cannot be.
 */
export function librdkafka(options: LibrdkafkaOptions = {}): Plugin<Partitioner> {
  const partitioner = choiceOption('librdkafka', 'partitioner', options.partitioner, places, 'consistent_random')
  const keyless = checkKeyless('librdkafka', options)
  const name = `librdkafka ${partitioner}`
  const place = places[partitioner]
  if (partitioner === 'consistent_random') {
    return (env) => {
      const random = (): number => env.random()
      return { name, forTopic: () => emptyKeysAnywhere(new StickyTopic(place, keyless, random), random) }
    }
  }
  if (place === null || partitioner.endsWith('_random')) return sticky(name, place, keyless)
  return () => ({ name, forTopic: () => keylessAsEmpty(place) })
}

const empty = new Uint8Array(0)

function keylessAsEmpty(place: KeyPlace): TopicPartitioner {
  return { partition: (key, view) => place(key ?? empty, view.partitionCount) }
}

/** Not sticky: nobody tells a partitioner that a record with a key, though empty, was appended. */
function emptyKeysAnywhere(topic: StickyTopic, random: () => number): TopicPartitioner {
  return {
    partition(key, view) {
      return key?.length === 0 ? pickUniform(view, view.available, random) : topic.partition(key, view)
    },
    onAppend: (partition, bytes, lastBatchFull, view) => topic.onAppend(partition, bytes, lastBatchFull, view),
  }
}
