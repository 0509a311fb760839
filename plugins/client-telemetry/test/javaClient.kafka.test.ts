import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createProducer } from 'posthorn'
import { expect, test } from 'vitest'
import { kafkaClassPath } from '../../../tools/kafka/jars.ts'
import { jdkProgram } from '../../../tools/kafka/java.ts'
import { javaToolJar } from '../../../tools/kafka/javaTool.ts'
import { runOrThrow } from '../../../tools/kafka/run.ts'
import { startKafka } from '../../../tools/kafka/startKafka.ts'
import { subscribeTelemetry } from '../../../tools/kafka/telemetry/subscribe.ts'
import { temporaryFolder } from '../../../tools/kafka/temporary.ts'
import { describeKafka } from '../../../tools/kafka/testCluster.ts'
import { clientTelemetry } from '../src/index.ts'
import type { Report } from './support/reports.ts'
import { readReports, shapesOf, sumOf } from './support/reports.ts'

const VERSION = '4.4.0'
const INTERVAL_MS = 500
/** Pushes of each client between its first record and its close: one may have been on its way, the next has the record. */
const PUSHES = 2

/** What Java’s producer has and ours does not: clocks of its selector, transactions in any producer, its own version. */
const onlyJava =
  /^org\.apache\.kafka\.(app\.info|kafka\.count|producer\.((failed|successful)\.|reauthentication|io\.|network\.io|select\.|bufferpool\.wait\.ratio|txn\.|node\.(?!request\.latency)))/

describeKafka('client telemetry, at a reporter of a real Kafka 4.4', () => {
  test('TEL-01 TEL-05 TEL-07: it is what the Java client pushes there, in name, kind, labels and totals', async () => {
    const file = join(await temporaryFolder(), 'telemetry')
    const config = { 'metric.reporters': 'TelemetryReporter', 'posthorn.telemetry.file': file }
    await using kafka = await startKafka({ version: VERSION, config, plugin: 'telemetry' })
    await kafka.createTopic('orders', { partitions: 1 })
    await subscribeTelemetry(kafka.brokers[0]!.port, { metrics: '*', intervalMs: INTERVAL_MS })
    const of = async (client: string): Promise<Report[]> =>
      (await readReports(file)).filter(({ clientId }) => clientId === client)

    const [javaSent, { sent, instanceId }] = await Promise.all([
      sendWithJava(kafka.bootstrapServers, file),
      sendWithOurs(kafka.bootstrapServers, () => of('posthorn')),
    ])

    const ours = await of('posthorn')
    expect(new Set(ours.map(({ instanceId: id }) => id))).toEqual(new Set([instanceId]))
    expect(ours.length).toBeGreaterThan(PUSHES)
    expect(ours.map(({ terminating }) => terminating)).toEqual([...ours.slice(1).map(() => false), true])
    const javas = await of('java')
    const total = 'org.apache.kafka.producer.topic.record.send.total'
    expect(sumOf(ours, total)).toBe(sent)
    // The Java client does not always get its last push out.
    expect(sumOf(javas, total)).toBeGreaterThan(0)
    expect(sumOf(javas, total)).toBeLessThanOrEqual(javaSent)

    const own = shapesOf(ours)
    const java = shapesOf(javas)
    const common = [...own].filter(([name]) => java.has(name))
    expect(common.length).toBeGreaterThan(50)
    expect(common).toEqual(common.map(([name]) => [name, java.get(name)]))
    expect([...java.keys()].filter((name) => !own.has(name) && !onlyJava.test(name))).toEqual([])
    expect([...own.keys()].filter((name) => !java.has(name))).toEqual([])
  }, 180_000)
})

/** Resolves with the number of records sent. */
async function sendWithJava(servers: string, file: string): Promise<number> {
  const classPath = await kafkaClassPath(VERSION)
  const jar = await javaToolJar('telemetry', VERSION, classPath)
  const args = ['-cp', `${jar}:${classPath}`, 'PushingProducer', servers, 'orders', file, String(PUSHES)]
  const { stdout } = await runOrThrow(jdkProgram('java'), args, { timeoutMs: 90_000 })
  return Number(stdout)
}

async function sendWithOurs(
  bootstrapServers: string,
  reports: () => Promise<readonly Report[]>,
): Promise<{ readonly sent: number; readonly instanceId: string }> {
  const telemetry = clientTelemetry()
  await using producer = createProducer({ bootstrapServers, clientId: 'posthorn', hooks: [telemetry] })
  const end = Date.now() + 60_000
  await producer.send({ topic: 'orders', value: 'v' })
  let sent = 1
  const enough = (await reports()).length + PUSHES
  while ((await reports()).length < enough) {
    if (Date.now() > end) throw new Error(`fewer than ${PUSHES} pushes came in time`)
    await producer.send({ topic: 'orders', value: 'v' })
    sent++
    await sleep(50)
  }
  return { sent, instanceId: await telemetry.clientInstanceId(20_000) }
}
