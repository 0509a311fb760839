import type { Plugin, SaslMechanism } from '@posthorn/contracts'
import type { Cluster, ClusterOptions } from '@posthorn/testkit'
import { createCluster, seededRandom, VirtualClock } from '@posthorn/testkit'
import type { Producer, ProducerOptions } from 'posthorn'
import { createProducer } from 'posthorn'

type Bytes = Uint8Array | string

/** A cluster that asks who its clients are, and producers of it, on one virtual clock. */
export interface Stage {
  readonly clock: VirtualClock
  readonly cluster: Cluster
  /** A producer that logs in by `sasl`. */
  producer(sasl: Plugin<SaslMechanism>, options?: Partial<ProducerOptions>): Producer<Bytes, Bytes>
  /** Runs virtual time until the promise settles. */
  until<T>(promise: Promise<T>): Promise<T>
  /** Values stored in `orders`. */
  stored(): string[]
}

const users = { alice: 'alice-secret', 'a=b,c': 'p,=ssword', zoë: 'naïve' }

export function stage(options: ClusterOptions = {}, seed = 1): Stage {
  const clock = new VirtualClock()
  const random = seededRandom(seed)
  const cluster = createCluster({ brokers: 3, topics: { orders: 6 }, sasl: { users }, ...options, clock, random })
  return {
    clock,
    cluster,
    producer: (sasl, more = {}) =>
      createProducer({
        bootstrapServers: cluster.bootstrapServers,
        transport: cluster.transport(),
        clock,
        random,
        sasl,
        ...more,
      }),
    until: (promise) => clock.runUntil(promise),
    stored: () => cluster.records('orders').map(({ value }) => Buffer.from(value ?? []).toString()),
  }
}
