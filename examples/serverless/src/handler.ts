import type { Producer, ProducerOptions } from 'posthorn'
import { createProducer } from 'posthorn'

type Bytes = Uint8Array | string

/** What the platform hands over. */
export interface Event {
  readonly orders: readonly { readonly id: string }[]
}

/** The function, and what to call when the platform ends the process. */
export interface Handler {
  (event: Event): Promise<{ readonly stored: number }>
  /** For the platform's signal: `process.once('SIGTERM', () => handler.end())`. */
  end(): Promise<void>
}

/**
 * One producer for all calls that a process serves: connections and producer id are worth keeping, and a call costs one
 * round trip. Made by the first call, so that a cold start pays for it only when there is something to send.
 */
export function createHandler(options: ProducerOptions<Bytes, Bytes>): Handler {
  let producer: Producer<Bytes, Bytes> | undefined
  const handler = async ({ orders }: Event): Promise<{ stored: number }> => {
    producer ??= createProducer({
      // Nobody else is going to fill the batch.
      lingerMs: 0,
      // The platform's limit for a call, less what it takes to answer.
      deliveryTimeoutMs: 8000,
      requestTimeoutMs: 3000,
      maxBlockMs: 3000,
      ...options,
    })
    const sends = orders.map((order) =>
      producer!.send({ topic: 'orders', key: order.id, value: JSON.stringify(order) }),
    )
    // Before the answer: once a call has returned the process may be frozen, with whatever is on its way.
    await Promise.all(sends)
    return { stored: sends.length }
  }
  const end = async (): Promise<void> => {
    await producer?.close({ timeoutMs: 1000 })
  }
  return Object.assign(handler, { end })
}
