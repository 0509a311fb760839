import type { KafkaError, RecordMetadata } from '@posthorn/contracts'
import { createCluster, seededRandom, VirtualClock } from '@posthorn/testkit'
import { createProducer } from 'posthorn'
import type { ProducerOptions } from 'posthorn'
import type { Fault } from './faults.ts'
import { delays } from './faults.ts'
import { BROKERS, PARTITIONS, Stage, TOPIC } from './stage.ts'
import { watched } from './watchedClock.ts'

/** The part of a producer that a run needs. */
interface Sending {
  send(record: { readonly topic: string; readonly key: string; readonly value: string }): Promise<RecordMetadata>
}

/** How one record fared. */
export interface Outcome {
  readonly id: number
  readonly metadata: RecordMetadata | null
  readonly error: KafkaError | null
}

/** What a run under faults left behind. */
export interface FaultyRun {
  readonly stage: Stage
  readonly outcomes: readonly Outcome[]
  /** Ids as stored, for each partition. */
  readonly stored: readonly (readonly number[])[]
  /** Timers of the producer after it was closed. */
  readonly timersLeft: number
}

/** What a run is made of. */
export interface FaultyRunOptions {
  /** Number of records. Default 300. */
  readonly records?: number
  /** Number of faults. Default 12. */
  readonly faults?: number
  /** What may go wrong. Default what only costs time. */
  readonly kinds?: readonly Fault[]
  /** Options of the producer that are the same in every run, or drawn. */
  readonly options?: (stage: Stage) => Partial<ProducerOptions>
  /** Called when half of the records are settled, nothing is on its way and no fault is at work. */
  readonly halfway?: Fault
  /** Whether to close while records are on their way. */
  readonly closeEarly?: boolean
}

/**
 * Produces through faults that are drawn from a seed, on a virtual clock. By default faults end before the delivery
 * time-out does, so that every record can be delivered.
 */
export async function faultyRun(seed: number, run: FaultyRunOptions = {}): Promise<FaultyRun> {
  const clock = new VirtualClock()
  const random = seededRandom(seed)
  const latency = random() * 4
  const topics = { [TOPIC]: { partitions: PARTITIONS, replicationFactor: 3 } }
  const cluster = createCluster({ brokers: BROKERS, topics, clock, random, latencyMs: () => random() * latency })
  const stage = new Stage(cluster, clock, random)
  const producerClock = watched(clock)
  const producer = createProducer({
    bootstrapServers: cluster.bootstrapServers,
    transport: cluster.transport({ chunking: random() < 0.3 }),
    batchSize: 100 + stage.below(900),
    lingerMs: stage.below(10),
    requestTimeoutMs: 500 + stage.below(1500),
    deliveryTimeoutMs: 120_000,
    random,
    ...run.options?.(stage),
    clock: producerClock,
  })
  const outcomes = await produceAll(producer, stage, run)
  const timeoutMs = run.closeEarly === true ? stage.below(300) : undefined
  await clock.runUntil(producer.close({ timeoutMs }), { limitMs: 600_000 })
  const timersLeft = producerClock.running
  // What still travels arrives, and brokers that hang or are down come back.
  await clock.advance(10_000)
  return { stage, outcomes: await outcomes.settled, stored: stage.stored(), timersLeft }
}

async function produceAll(
  producer: Sending,
  stage: Stage,
  { records = 300, faults = 12, kinds = delays, halfway, closeEarly = false }: FaultyRunOptions,
): Promise<{ settled: Promise<Outcome[]> }> {
  const { clock, random } = stage
  const outcomes: Promise<Outcome>[] = []
  const upTo = async (last: number, injections: number): Promise<void> => {
    let injected = 0
    const fault = (): void => {
      if (injected++ >= injections) return
      stage.pick(kinds)(stage)
      clock.schedule(random() * 300, fault)
    }
    const sendSome = (): void => {
      for (let left = 1 + stage.below(20); left > 0 && outcomes.length < last; left--) {
        outcomes.push(send(producer, outcomes.length))
      }
      if (outcomes.length < last) clock.schedule(random() * 40, sendSome)
    }
    sendSome()
    clock.schedule(random() * 50, fault)
    await clock.runUntil(() => outcomes.length === last && (closeEarly || injected > injections))
    if (!closeEarly) await clock.runUntil(Promise.all(outcomes), { limitMs: 600_000 })
  }
  if (halfway !== undefined) {
    await upTo(records >> 1, faults >> 1)
    await clock.advance(stage.below(2) * 120_000 + 10_000)
    stage.cluster.clearInterceptions()
    halfway(stage)
  }
  await upTo(records, halfway === undefined ? faults : faults >> 1)
  return { settled: Promise.all(outcomes) }
}

async function send(producer: Sending, id: number): Promise<Outcome> {
  try {
    return { id, metadata: await producer.send({ topic: TOPIC, key: `k${id % 13}`, value: String(id) }), error: null }
  } catch (error) {
    return { id, metadata: null, error: error as KafkaError }
  }
}
