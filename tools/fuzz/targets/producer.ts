import type { KafkaError as KafkaErrorType, Plugin, RecordMetadata, Transport } from '@posthorn/contracts'
import { KafkaError } from '@posthorn/contracts'
import { legacyBrokers } from '@posthorn/legacy-brokers'
import { createCluster, seededRandom, VirtualClock } from '@posthorn/testkit'
import { createProducer } from 'posthorn'
import { OldCluster } from '../../../plugins/legacy-brokers/test/support/oldCluster.ts'
import { Violation, type Target } from '../target.ts'
import { CountingClock } from './countingClock.ts'
import { Tampering } from './tampering.ts'
import { strayErrors } from './strayErrors.ts'

const TOPIC = 't'
const RECORDS = 8

/** How a run is set up by the first bytes of an input; the rest is what happens to answers, see {@link Tampering}. */
interface Setup {
  readonly seed: number
  readonly kind: number
}

/** A producer whose brokers' answers are changed on their way. */
export function producerTarget(): Target {
  const steps = [0, 1, 2, 3, 4, 5, 6, 7].map((op) => [0, op, 1, op, 1, op, 7, op, 2, 7, op, 9])
  return {
    name: 'producer',
    seeds: [0, 1, 2, 3, 4, 5].flatMap((kind) => [
      Uint8Array.of(kind, 1),
      ...steps.map((step, at) => Uint8Array.of(kind, at, ...step)),
    ]),
    codes: new Set(),
    whole: true,
    run: (input) => produce({ kind: (input[0] ?? 0) % 6, seed: input[1] ?? 0 }, input.subarray(2)),
  }
}

async function produce(setup: Setup, steps: Uint8Array): Promise<string> {
  const clock = new VirtualClock()
  const counting = new CountingClock(clock, 20_000)
  const { bootstrapServers, transport, stored } = brokers(setup, clock)
  const tampering = new Tampering(transport, steps)
  const stray = strayErrors()
  const producer = createProducer({
    bootstrapServers,
    transport: tampering.transport,
    clock: counting,
    random: seededRandom(setup.seed),
    requestTimeoutMs: 2000,
    deliveryTimeoutMs: 30_000,
    maxBlockMs: 20_000,
    ...optionsOf(setup),
  })
  try {
    const sent: Promise<RecordMetadata | KafkaErrorType>[] = []
    const send = (): void => {
      const value = String(sent.length)
      const fate = producer.send({ topic: TOPIC, partition: sent.length % 2, value }).catch((error: unknown) => {
        if (error instanceof KafkaError) return error
        throw error
      })
      sent.push(fate)
      if (sent.length < RECORDS) counting.schedule(sent.length % 3 === 0 ? 700 : 0, send)
    }
    send()
    await clock.runUntil(() => sent.length === RECORDS)
    const fates = await clock.runUntil(Promise.all(sent), { limitMs: 120_000 })
    await clock.runUntil(producer.close({ timeoutMs: 1000 }), { limitMs: 60_000 })
    await clock.advance(1)
    if (counting.running > 0) throw new Violation(`${counting.running} timers are left after close`)
    tampering.check()
    if (tampering.onlyRefused) checkDelivered(fates, stored())
    return `${tampering.signature} ${fates.map((fate) => (fate instanceof KafkaError ? fate.code : 'stored')).join()}`
  } finally {
    await producer.close({ timeoutMs: 0 }).catch(() => {})
    await stray.end()
  }
}

interface Brokers {
  readonly bootstrapServers: string[]
  readonly transport: Plugin<Transport>
  /** Values by partition; `null` when the brokers keep nothing. */
  readonly stored: () => readonly (readonly string[])[] | null
}

function brokers({ kind, seed }: Setup, clock: VirtualClock): Brokers {
  if (kind === 5) {
    const old = new OldCluster({ produce: 1 }, { produce: 2 })
    const transport: Plugin<Transport> = (env) => {
      const inner = old.transport(env)
      const connect: Transport['connect'] = (to, sink, signal) =>
        to.port === 1 || to.port === 2 ? inner.connect(to, sink, signal) : Promise.reject(new Error('nobody is there'))
      return { ...inner, connect }
    }
    return { bootstrapServers: ['b:1', 'b:2'], transport, stored: () => null }
  }
  const cluster = createCluster({
    brokers: 2,
    topics: { [TOPIC]: { partitions: 2, replicationFactor: 2 } },
    clock,
    random: seed,
    latencyMs: 1,
    apiVersions: kind === 4 ? { Produce: { max: 7 }, Metadata: { max: 4 }, ApiVersions: { max: 0 } } : {},
  })
  const values = (partition: number): string[] =>
    cluster.records(TOPIC, partition).map((record) => Buffer.from(record.value ?? []).toString())
  return {
    bootstrapServers: [...cluster.bootstrapServers],
    transport: cluster.transport(),
    stored: () => (kind === 0 || kind === 4 ? [values(0), values(1)] : null),
  }
}

/** 0 and 4 as by default, 1 without idempotence, 2 and 3 with weaker acks, 5 for brokers before 0.11. */
function optionsOf({ kind }: Setup): object {
  if (kind === 1) return { enableIdempotence: false, lingerMs: 5 }
  if (kind === 2) return { acks: 1 }
  if (kind === 3) return { acks: 0 }
  return kind === 5 ? { acks: 1, legacyBrokers: legacyBrokers({ askTimeoutMs: 100 }) } : {}
}

/** Whoever only got bytes that it refused has lost connections and time, and nothing else. */
function checkDelivered(fates: readonly unknown[], stored: readonly (readonly string[])[] | null): void {
  const failed = fates.find((fate) => fate instanceof KafkaError)
  if (failed !== undefined)
    throw new Violation(`nothing but refused answers, and yet: ${failed.code}: ${failed.message}`)
  const expected = [0, 1].map((partition) =>
    fates.map((_, id) => String(id)).filter((id) => Number(id) % 2 === partition),
  )
  if (stored !== null && JSON.stringify(stored) !== JSON.stringify(expected)) {
    throw new Violation(`stored after nothing but refused answers: ${JSON.stringify(stored)}`)
  }
}
