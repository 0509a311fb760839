// Tests by vitest, in memory and on a clock that they move: no port is opened and no time passes.
import { createCluster, VirtualClock } from '@posthorn/testkit'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Order, type OrderService, startOrderService } from '../src/orders.ts'

let clock: VirtualClock
let cluster: ReturnType<typeof createCluster>
let service: OrderService

beforeEach(() => {
  clock = new VirtualClock()
  cluster = createCluster({ brokers: 3, topics: { orders: 6 }, clock })
  service = startOrderService({ bootstrapServers: cluster.bootstrapServers, transport: cluster.transport(), clock })
})

const published = (): Order[] =>
  cluster.records('orders').map(({ value }) => JSON.parse(Buffer.from(value ?? []).toString()) as Order)

describe('the order service', () => {
  it('publishes an order', async () => {
    await clock.runUntil(service.place('ann', 12))
    expect(published()).toEqual([{ id: 'ann-1', customer: 'ann', total: 12 }])
  })

  it('publishes an order once although the answer to it was lost', async () => {
    const lost = cluster.intercept('Produce', { cutAfter: true }, { times: 1 })
    await clock.runUntil(service.place('ann', 12))
    expect(lost.count).toBe(1)
    expect(published()).toHaveLength(1)
  })

  it("keeps the order of a customer's orders while brokers come and go", async () => {
    const placed = [1, 2, 3].map((total) => service.place('ann', total))
    cluster.stopBroker(0)
    await clock.runUntil(Promise.all(placed))
    expect(published().map(({ total }) => total)).toEqual([1, 2, 3])
  })

  it('fails an order that could not be published for two minutes', async () => {
    await clock.runUntil(service.place('ann', 1))
    for (const broker of [0, 1, 2]) cluster.stopBroker(broker)
    const before = clock.now()
    const failed = service.place('ann', 2).catch((error: unknown) => error)
    expect(await clock.runUntil(failed)).toMatchObject({ code: 'DELIVERY_TIMEOUT' })
    expect(clock.now() - before).toBeGreaterThanOrEqual(120_000)
  })
})
