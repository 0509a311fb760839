// The same by Node's own test runner, over TCP: `node --test 'test/*.node-test.ts'`.
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { createCluster } from '@posthorn/testkit'
import { type OrderService, startOrderService } from '../src/orders.ts'

let cluster: ReturnType<typeof createCluster>
let service: OrderService

beforeEach(async () => {
  cluster = createCluster({ brokers: 3, topics: { orders: 6 } })
  await cluster.listen()
  service = startOrderService({ bootstrapServers: cluster.bootstrapServers })
})

afterEach(async () => {
  await service.close()
  await cluster.close()
})

void test('publishes an order', async () => {
  const order = await service.place('ann', 12)
  const [record] = cluster.records('orders')
  assert.equal(String(Buffer.from(record?.key ?? [])), 'ann')
  assert.deepEqual(JSON.parse(Buffer.from(record?.value ?? []).toString()), order)
})

void test('publishes an order once although the connection broke before the answer', async () => {
  cluster.intercept('Produce', { cutAfter: true }, { times: 1 })
  await service.place('ann', 12)
  assert.equal(cluster.records('orders').length, 1)
})
