import type { KafkaError, RecordMetadata } from '@posthorn/contracts'
import { type Cluster, createCluster, seededRandom, VirtualClock } from '@posthorn/testkit'
import { createProducer } from 'posthorn'
import type { ProducerOptions } from 'posthorn'

/** How one record fared. */
export interface Outcome {
  readonly id: number
  readonly key: string
  readonly metadata: RecordMetadata | null
  readonly error: KafkaError | null
}

/** What a run under faults left behind. */
export interface FaultyRun {
  readonly cluster: Cluster
  readonly outcomes: readonly Outcome[]
  /** Ids as stored, for each partition. */
  readonly stored: readonly (readonly number[])[]
  readonly faults: number
  readonly simulatedMs: number
}

/** Size of a run. */
export interface FaultyRunOptions {
  readonly records?: number
  readonly faults?: number
  readonly options?: Partial<ProducerOptions>
}

const PARTITIONS = 4
const BROKERS = 3

/**
 * Produces through cut connections, lost answers, moved leaders and broker deaths, all drawn from a seed on a virtual
 * clock. Faults end before the delivery time-out does, so that every record can be delivered.
 */
export async function faultyRun(
  seed: number,
  { records = 300, faults = 12, options = {} }: FaultyRunOptions = {},
): Promise<FaultyRun> {
  const clock = new VirtualClock()
  const random = seededRandom(seed)
  const latency = random() * 4
  const cluster = createCluster({
    brokers: BROKERS,
    topics: { orders: { partitions: PARTITIONS, replicationFactor: 3 } },
    clock,
    random,
    latencyMs: () => random() * latency,
  })
  const producer = createProducer({
    bootstrapServers: cluster.bootstrapServers,
    transport: cluster.transport({ chunking: random() < 0.3 }),
    batchSize: 100 + Math.floor(random() * 900),
    lingerMs: Math.floor(random() * 10),
    requestTimeoutMs: 500 + Math.floor(random() * 1500),
    deliveryTimeoutMs: 120_000,
    clock,
    random,
    ...options,
  })
  const outcomes: Promise<Outcome>[] = []
  let sent = 0
  const sendSome = (): void => {
    const burst = 1 + Math.floor(random() * 20)
    for (let i = 0; i < burst && sent < records; i++) outcomes.push(send(sent++))
    if (sent < records) clock.schedule(random() * 40, sendSome)
  }
  const send = async (id: number): Promise<Outcome> => {
    const key = `k${id % 13}`
    try {
      const metadata = await producer.send({ topic: 'orders', key, value: String(id) })
      return { id, key, metadata, error: null }
    } catch (error) {
      return { id, key, metadata: null, error: error as KafkaError }
    }
  }
  let injected = 0
  const fault = (): void => {
    if (injected++ >= faults) return
    inject(cluster, clock, random)
    clock.schedule(random() * 300, fault)
  }
  sendSome()
  clock.schedule(random() * 50, fault)
  await clock.runUntil(() => sent === records && injected > faults, { limitMs: 600_000 })
  const all = await clock.runUntil(Promise.all(outcomes), { limitMs: 600_000 })
  await clock.runUntil(producer.close(), { limitMs: 60_000 })
  const stored = Array.from({ length: PARTITIONS }, (_, partition) =>
    cluster
      .records('orders', partition)
      .map((record) => Number(new TextDecoder().decode(record.value ?? new Uint8Array()))),
  )
  return { cluster, outcomes: all, stored, faults: injected, simulatedMs: clock.now() }
}

function inject(cluster: Cluster, clock: VirtualClock, random: () => number): void {
  const broker = Math.floor(random() * BROKERS)
  const partition = Math.floor(random() * PARTITIONS)
  const faults = [
    () => cluster.cutConnections(broker),
    () => cluster.intercept('Produce', { cutBefore: true }, { times: 1 + Math.floor(random() * 3) }),
    () => cluster.intercept('Produce', { cutAfter: true }, { times: 1 + Math.floor(random() * 3) }),
    () => cluster.intercept('Produce', { drop: true }, { times: 1 }),
    () => cluster.intercept('Produce', { delayAfterMs: random() * 800 }, { times: 2 }),
    () => cluster.intercept('Produce', { delayBeforeMs: random() * 800 }, { times: 2 }),
    () => cluster.intercept('Produce', { send: 'partial' }, { times: 1 }),
    () => cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS' }, { times: 2 }),
    () => cluster.intercept('Produce', { error: 'NOT_LEADER_OR_FOLLOWER' }, { times: 2 }),
    () => cluster.intercept('Metadata', { cutBefore: true }, { times: 2 }),
    () => cluster.intercept('InitProducerId', { cutAfter: true }, { times: 1 }),
    () => cluster.intercept('ApiVersions', { cutBefore: true }, { times: 1 }),
    () => cluster.moveLeader('orders', partition, broker),
    () => {
      cluster.stopBroker(broker, { leaders: random() < 0.5 ? 'move' : 'stay' })
      clock.schedule(random() * 1500, () => void cluster.startBroker(broker))
    },
    () => {
      cluster.pauseBroker(broker)
      clock.schedule(random() * 1500, () => cluster.resumeBroker(broker))
    },
  ]
  faults[Math.floor(random() * faults.length)]?.()
}
