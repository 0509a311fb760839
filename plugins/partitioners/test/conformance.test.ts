import { partitionerConformance } from '@posthorn/testkit/conformance'
import { describe, test } from 'vitest'
import { kafkajs, librdkafka, murmur2Sticky, platformatic, roundRobin, sarama } from '../src/index.ts'

const withoutKeys = { keyed: false }
const onePlace = { spreads: false, avoidsLeaderless: false }

describe.each([
  ['murmur2Sticky()', () => murmur2Sticky(), {}],
  ['murmur2Sticky({ adaptive: false })', () => murmur2Sticky({ adaptive: false }), {}],
  ['murmur2Sticky({ ignoreKeys: true })', () => murmur2Sticky({ ignoreKeys: true }), withoutKeys],
  ['librdkafka()', () => librdkafka(), {}],
  ["librdkafka({ partitioner: 'random' })", () => librdkafka({ partitioner: 'random' }), withoutKeys],
  ["librdkafka({ partitioner: 'murmur2_random' })", () => librdkafka({ partitioner: 'murmur2_random' }), {}],
  ["librdkafka({ partitioner: 'fnv1a' })", () => librdkafka({ partitioner: 'fnv1a' }), onePlace],
  ['sarama()', () => sarama(), {}],
  ['kafkajs()', () => kafkajs(), {}],
  ["kafkajs({ partitioner: 'legacy' })", () => kafkajs({ partitioner: 'legacy' }), {}],
  ['platformatic()', () => platformatic(), {}],
  ['roundRobin()', () => roundRobin(), withoutKeys],
])('%s keeps the contract of Partitioner', (plugin, create, features) => {
  for (const { name, run } of partitionerConformance({ create, features })) {
    // Not to librdkafka's default: there it is none.
    if (name === 'an empty key is a key' && plugin === 'librdkafka()') continue
    test(name, run)
  }
})
