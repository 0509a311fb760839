import { createProducer, json, type ProducerOptions } from 'posthorn'

/** An order, as it is published. */
export interface Order {
  readonly id: string
  readonly customer: string
  readonly total: number
}

/** Takes orders and publishes each to the topic `orders`, in order per customer. */
export interface OrderService extends AsyncDisposable {
  /** Resolves with the order once Kafka has stored it. */
  place(customer: string, total: number): Promise<Order>
  /** Publishes what is still on its way, and ends. */
  close(): Promise<void>
}

/** Starts the service. Whoever starts it says where Kafka is: production by addresses, a test by its cluster. */
export function startOrderService(kafka: ProducerOptions<string, Order>): OrderService {
  const producer = createProducer<string, Order>({ valueSerializer: json<Order>(), ...kafka })
  let placed = 0
  const close = async (): Promise<void> => {
    await producer.close()
  }
  return {
    place: async (customer, total) => {
      const order = { id: `${customer}-${++placed}`, customer, total }
      await producer.send({ topic: 'orders', key: customer, value: order })
      return order
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}
