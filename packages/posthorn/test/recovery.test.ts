import { createCluster, seededRandom, VirtualClock } from '@posthorn/testkit'
import { createProducer } from 'posthorn'
import { expect, test } from 'vitest'
import { delays } from './support/faults.ts'
import { BROKERS, PARTITIONS, Stage, TOPIC } from './support/stage.ts'

const FAULTS_PER_SECOND = 5
const SECONDS = 30
const SEND_EVERY_MS = 20

/** Records sent every 20 ms through faults at five a second; how long after the last fault they flow as before. */
async function recoveryMs(seed: number): Promise<number> {
  const clock = new VirtualClock()
  const random = seededRandom(seed)
  const topics = { [TOPIC]: { partitions: PARTITIONS, replicationFactor: 3 } }
  const cluster = createCluster({ brokers: BROKERS, topics, clock, random, latencyMs: 1 })
  const stage = new Stage(cluster, clock, random)
  const producer = createProducer({
    bootstrapServers: cluster.bootstrapServers,
    transport: cluster.transport(),
    requestTimeoutMs: 1000,
    clock,
    random,
  })
  const faultsEnd = SECONDS * 1000
  let lastLate = 0
  const sends: Promise<unknown>[] = []
  const sendOne = (): void => {
    const sentAt = clock.now()
    const sent = producer.send({ topic: TOPIC, partition: sends.length % PARTITIONS, value: String(sends.length) })
    // A record that has its outcome within 50 ms is as good as in peace.
    sends.push(
      sent.then(() => {
        if (clock.now() - sentAt > 50) lastLate = clock.now()
      }),
    )
    if (sentAt < faultsEnd + 5000) clock.schedule(SEND_EVERY_MS, sendOne)
  }
  const fault = (): void => {
    if (clock.now() >= faultsEnd) return
    stage.pick(delays)(stage)
    clock.schedule(1000 / FAULTS_PER_SECOND, fault)
  }
  sendOne()
  clock.schedule(1000, fault)
  await clock.advance(faultsEnd)
  // What was begun and not used up is no fault any more; brokers that are down or hang come back within 1500 ms.
  cluster.clearInterceptions()
  await clock.advance(1500)
  const quiet = clock.now()
  await clock.advance(6000)
  await Promise.all(sends)
  const ids = stage.stored().flat()
  expect(ids.length).toBe(sends.length)
  expect(new Set(ids).size).toBe(sends.length)
  await clock.runUntil(producer.close())
  return Math.max(0, lastLate - quiet)
}

test('five faults a second cost time, never records, and a second after the last one records flow as before', async () => {
  const recoveries: number[] = []
  for (let seed = 1; seed <= 8; seed++) recoveries.push(await recoveryMs(seed))
  expect(Math.max(...recoveries)).toBeLessThanOrEqual(1000)
})
