import type { SeizedRequest } from '@posthorn/testkit'
import { createCluster, VirtualClock } from '@posthorn/testkit'
import { createProducer } from 'posthorn'
import { expect, it } from 'vitest'

const noise = new Uint8Array(40).fill(0xee)
const damages: Record<string, (request: SeizedRequest) => Uint8Array> = {
  'a frame of another request': () => framed(77, noise),
  'a body that nobody can read': ({ correlationId }) => framed(correlationId, noise),
  'a body that is cut off': ({ correlationId }) => framed(correlationId, new Uint8Array(3)),
  'a length that no frame has': () => noise,
}

function framed(correlationId: number, body: Uint8Array): Uint8Array {
  const frame = new Uint8Array(8 + body.length)
  const view = new DataView(frame.buffer)
  view.setInt32(0, 4 + body.length)
  view.setInt32(4, correlationId)
  frame.set(body, 8)
  return frame
}

for (const api of ['ApiVersions', 'Metadata', 'InitProducerId', 'Produce']) {
  it.each(Object.keys(damages))(`an answer to ${api} with %s costs a connection, and no record`, async (damage) => {
    const clock = new VirtualClock()
    const cluster = createCluster({ brokers: 2, topics: { orders: 1 }, clock, latencyMs: 1 })
    const seized = cluster.intercept(api, (request) => ({ send: damages[damage]!(request) }), { times: 2 })
    const producer = createProducer({
      bootstrapServers: cluster.bootstrapServers,
      transport: cluster.transport(),
      clock,
      random: () => 0.5,
    })
    const sent = Promise.all(['a', 'b', 'c'].map((value) => producer.send({ topic: 'orders', value })))
    await clock.runUntil(sent)
    await clock.runUntil(producer.close())
    expect(seized.count).toBe(2)
    const stored = cluster.records('orders').map(({ value }) => Buffer.from(value ?? []).toString())
    expect(stored).toEqual(['a', 'b', 'c'])
  })
}
