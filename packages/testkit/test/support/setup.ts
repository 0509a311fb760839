import { produce, type ProduceResponsePartition } from '@posthorn/protocol'
import { type Cluster, type ClusterOptions, createCluster, VirtualClock } from '../../src/index.ts'
import { baseTime } from './batch.ts'
import { TestClient } from './client.ts'
import { onlyPartition, produceRequest } from './requests.ts'

/** A cluster on a virtual clock with a client at broker 0. */
export interface Setup {
  readonly clock: VirtualClock
  readonly cluster: Cluster
  readonly client: TestClient
  /** Produces a batch to `t-0` and gives the answer for it. */
  send(bytes: Uint8Array, client?: TestClient): Promise<ProduceResponsePartition>
  /** Another client. */
  connect(broker?: number): Promise<TestClient>
  /** Values of the records that are stored in `t`. */
  stored(): string[]
}

export async function setup(options: ClusterOptions = {}): Promise<Setup> {
  const clock = new VirtualClock({ epochMs: baseTime })
  const cluster = createCluster({ clock, brokers: 2, topics: { t: 1 }, ...options })
  const connect = (broker = 0): Promise<TestClient> => clock.runUntil(new TestClient().connect(cluster, broker))
  const client = await connect()
  return {
    clock,
    cluster,
    client,
    connect,
    send: async (bytes, from = client) =>
      onlyPartition(await clock.runUntil(from.request(produce, produceRequest('t', 0, bytes), 12))),
    stored: () => cluster.records('t').map((record) => Buffer.from(record.value ?? []).toString()),
  }
}
