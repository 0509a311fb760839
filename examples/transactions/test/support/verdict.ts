import { Kafka, logLevel } from 'kafkajs'
import { countTopic, readTopic } from '../../../../tools/kafka/judge/judge.ts'
import { type Invoice, invoiceOf } from '../../src/invoice.ts'
import type { KeyedOrder } from './orders.ts'

/** What a reader of committed records finds wrong with the invoices of `orders`, a few of each kind. */
export async function faultsOf(
  bootstrapServers: string,
  topic: string,
  orders: readonly KeyedOrder[],
): Promise<Record<'missing' | 'twice' | 'outOfOrder' | 'wrong', number[]>> {
  const byNumber = new Map(orders.map((order) => [order.order, order]))
  const seen = new Set<number>()
  const latest = new Map<string, number>()
  const faults = { missing: [] as number[], twice: [] as number[], outOfOrder: [] as number[], wrong: [] as number[] }
  for await (const { key, value } of readTopic({ bootstrapServers, topic, isolation: 'read_committed' })) {
    const invoice = JSON.parse(String(value)) as Invoice
    const order = byNumber.get(invoice.order)
    const { key: customer, ...asked } = order ?? { key: '', order: -1, quantity: 0, price: 0 }
    if (String(key) !== customer || String(value) !== invoiceOf(JSON.stringify(asked))) faults.wrong.push(invoice.order)
    if (seen.has(invoice.order)) faults.twice.push(invoice.order)
    else if (invoice.order < (latest.get(customer) ?? -1)) faults.outOfOrder.push(invoice.order)
    seen.add(invoice.order)
    latest.set(customer, Math.max(invoice.order, latest.get(customer) ?? -1))
  }
  faults.missing.push(...orders.map(({ order }) => order).filter((order) => !seen.has(order)))
  return Object.fromEntries(Object.entries(faults).map(([name, all]) => [name, all.slice(0, 5)])) as typeof faults
}

/** Records stored in a topic that no reader of committed records sees: those of aborted transactions. */
export async function abortedRecords(bootstrapServers: string, topic: string): Promise<number> {
  const all = await countTopic({ bootstrapServers, topic, isolation: 'read_uncommitted' })
  const committed = await countTopic({ bootstrapServers, topic, isolation: 'read_committed' })
  return all.records - committed.records
}

/** What a group has committed of a topic, and where the topic ends, by partition. */
export async function progressOf(
  bootstrapServers: string,
  topic: string,
  groupId: string,
): Promise<{ readonly committed: readonly string[]; readonly ends: readonly string[] }> {
  const admin = new Kafka({ brokers: bootstrapServers.split(','), logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  try {
    const ends = await admin.fetchTopicOffsets(topic)
    const committed = (await admin.fetchOffsets({ groupId, topics: [topic] })).flatMap(({ partitions }) => partitions)
    const sorted = <T extends { readonly partition: number }>(all: readonly T[]): T[] =>
      all.toSorted((a, b) => a.partition - b.partition)
    return {
      committed: sorted(committed).map(({ offset }) => offset),
      ends: sorted(ends).map(({ high }) => high),
    }
  } finally {
    await admin.disconnect()
  }
}
