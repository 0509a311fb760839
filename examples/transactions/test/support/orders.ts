import { createProducer } from 'posthorn'
import type { Order } from '../../src/invoice.ts'

/** An order and who gave it. */
export interface KeyedOrder extends Order {
  readonly key: string
}

/** Orders of a few customers, numbered from 0. */
export function someOrders(count: number, customers: number): KeyedOrder[] {
  return Array.from({ length: count }, (_, order) => ({
    key: `customer-${order % customers}`,
    order,
    quantity: 1 + (order % 7),
    price: 100 + (order % 13),
  }))
}

/** Puts orders into a topic, in order for each customer. */
export async function writeOrders(
  bootstrapServers: string,
  topic: string,
  orders: readonly KeyedOrder[],
): Promise<void> {
  const producer = createProducer({ bootstrapServers, lingerMs: 5 })
  try {
    await Promise.all(orders.map(({ key, ...order }) => producer.send({ topic, key, value: JSON.stringify(order) })))
  } finally {
    await producer.close()
  }
}
