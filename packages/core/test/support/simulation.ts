import type { ProducerOptions } from '@posthorn/core'
import { createProducer } from '@posthorn/core'
import type { Producer } from '@posthorn/core'
import type { ClusterOptions } from '@posthorn/testkit'
import { type Cluster, createCluster, seededRandom, VirtualClock } from '@posthorn/testkit'
import { foreseeable } from './partitioner.ts'

type Bytes = Uint8Array | string

/** A cluster and producers of it on one virtual clock. */
export interface Simulation {
  readonly clock: VirtualClock
  readonly cluster: Cluster
  /** A producer of the cluster; options win over what the simulation fills in. */
  producer(options?: Partial<ProducerOptions<Bytes, Bytes>>): Producer<Bytes, Bytes>
  /** Runs virtual time until the promise settles. */
  until<T>(promise: Promise<T>, limitMs?: number): Promise<T>
}

/** Starts a simulation; the same options and seed give the same run. */
export function simulate(options: ClusterOptions = {}, seed = 1): Simulation {
  const clock = new VirtualClock()
  const random = seededRandom(seed)
  const cluster = createCluster({ brokers: 3, topics: { orders: 6 }, ...options, clock, random })
  return {
    clock,
    cluster,
    producer: (given = {}) =>
      createProducer<Bytes, Bytes>({
        bootstrapServers: cluster.bootstrapServers,
        transport: cluster.transport(),
        partitioner: foreseeable,
        clock,
        random,
        ...given,
      }),
    until: (promise, limitMs = 600_000) => clock.runUntil(promise, { limitMs }),
  }
}
