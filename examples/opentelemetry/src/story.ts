import { createCluster, seededRandom, VirtualClock } from '@posthorn/testkit'
import { Collector } from './collector.ts'
import { ship } from './shipping.ts'
import { startShop } from './shop.ts'
import { startTelemetry } from './telemetry.ts'

/**
 * One order from its request to its delivery: a shop and a shipping service, each with an SDK of its own, and a cluster and
 * a collector between them. Kafka and time are inside the process, so that it takes the same course each time; spans and
 * metrics go over a socket, as always. Resolves with what the collector got.
 */
export async function tellStory(articles: readonly string[], ratio = 1): Promise<Pick<Collector, 'spans' | 'metrics'>> {
  const clock = new VirtualClock()
  const random = seededRandom(1)
  const cluster = createCluster({ brokers: 2, topics: { orders: 2 }, latencyMs: 3, clock, random })
  await using collector = new Collector()
  const url = await collector.listen()
  const now = (): number => clock.epochMs()
  const ofShop = startTelemetry({ serviceName: 'shop', collector: url, ratio })
  const ofShipping = startTelemetry({ serviceName: 'shipping', collector: url, ratio })
  const kafka = {
    bootstrapServers: cluster.bootstrapServers,
    transport: cluster.transport(),
    clock,
    random,
    lingerMs: 5,
  }
  const shop = startShop(kafka, ofShop, now)
  await clock.runUntil(shop.checkout('ann', articles))
  await clock.advance(4)
  for (const record of cluster.records('orders')) {
    const headers = Object.fromEntries(record.headers.map(({ key, value }) => [key, value ?? new Uint8Array(0)]))
    await ship({ ...record, headers }, ofShipping, () => clock.advance(2), now)
  }
  // As a reader would once a minute: Kafka's own metrics are there as long as the producer is.
  await ofShop.meterProvider.forceFlush()
  await clock.runUntil(shop.close())
  await Promise.all([ofShop.shutdown(), ofShipping.shutdown()])
  const { spans, metrics } = collector
  return { spans, metrics }
}
