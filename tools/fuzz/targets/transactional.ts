import { KafkaError } from '@posthorn/contracts'
import { createCluster, seededRandom, VirtualClock } from '@posthorn/testkit'
import { transactions } from '@posthorn/transactions'
import { createProducer } from 'posthorn'
import { Violation, type Target } from '../target.ts'
import { CountingClock } from './countingClock.ts'
import { strayErrors } from './strayErrors.ts'
import { Tampering } from './tampering.ts'

const TOPIC = 't'
const TRANSACTIONS = 4

/** A transactional producer whose brokers' answers are changed on their way. An input: version, seed, steps. */
export function transactionalTarget(): Target {
  const steps = [0, 1, 2, 3, 4, 5, 6, 7].map((op) => [0, op, 1, op, 1, op, 7, op, 2, 7, op, 9])
  return {
    name: 'producer/transactional',
    seeds: [0, 1].flatMap((kind) => [
      Uint8Array.of(kind, 1),
      ...steps.map((step, at) => Uint8Array.of(kind, at, ...step)),
    ]),
    codes: new Set(),
    whole: true,
    run: (input) => run(input[0] ?? 0, input[1] ?? 0, input.subarray(2)),
  }
}

async function run(kind: number, seed: number, steps: Uint8Array): Promise<string> {
  const clock = new VirtualClock()
  const counting = new CountingClock(clock, 40_000)
  const cluster = createCluster({
    brokers: 2,
    topics: { [TOPIC]: { partitions: 2, replicationFactor: 2 } },
    clock,
    random: seed,
    latencyMs: 1,
    transactionVersion: kind % 2 === 0 ? 2 : 0,
  })
  const tampering = new Tampering(cluster.transport(), steps)
  const stray = strayErrors()
  const producer = createProducer({
    bootstrapServers: [...cluster.bootstrapServers],
    transport: tampering.transport,
    delivery: transactions({ transactionalId: 'id' }),
    clock: counting,
    random: seededRandom(seed),
    requestTimeoutMs: 2000,
    deliveryTimeoutMs: 30_000,
    maxBlockMs: 40_000,
  })
  const fates: string[] = []
  const transact = async (id: number): Promise<void> => {
    const work = async (): Promise<void> => {
      const sent = [0, 1].map((partition) => producer.send({ topic: TOPIC, partition, value: `${id}` }))
      // Of several that fail the first is told; the others are not to be stray.
      for (const each of sent) each.catch(() => {})
      await Promise.all(sent)
      if (id % 2 === 1) {
        await producer.delivery.sendOffsets([{ topic: TOPIC, partition: 0, offset: id }], { groupId: 'g' })
      }
    }
    try {
      await producer.delivery.run(work)
      fates.push('committed')
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error
      fates.push(error.code)
    }
  }
  const all = async (): Promise<void> => {
    for (let id = 0; id < TRANSACTIONS; id++) await transact(id)
  }
  try {
    await clock.runUntil(all(), { limitMs: 3_600_000 })
    await clock.runUntil(producer.close({ timeoutMs: 1000 }), { limitMs: 60_000 })
    await clock.advance(1)
    if (counting.running > 0) throw new Violation(`${counting.running} timers are left after close`)
    tampering.check()
    if (tampering.onlyRefused && fates.some((fate) => fate !== 'committed')) {
      throw new Violation(`nothing but refused answers, and yet: ${fates.join()}`)
    }
    return `${tampering.signature} ${fates.join()}`
  } finally {
    await producer.close({ timeoutMs: 0 }).catch(() => {})
    await stray.end()
  }
}
