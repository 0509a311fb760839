import type { ProducerServices } from '@posthorn/contracts'
import { expect, test } from 'vitest'
import { Brokers } from '../src/brokers.ts'

/** Services of a cluster in which only these brokers take telemetry. */
function supportedBy(...nodes: number[]): ProducerServices {
  return {
    metrics: () => [],
    maxVersion: (_key, nodeId) => (nodes.includes(nodeId) ? 0 : null),
    request: () => Promise.reject(new Error('no request')),
  }
}

test('TEL-01 TEL-02: a broker that takes telemetry is chosen among those that are connected, and kept', () => {
  const brokers = new Brokers()
  for (const nodeId of [-1, 0, 1]) brokers.onConnect(nodeId)
  expect(brokers.choose(supportedBy(-1, 2))).toBeNull()
  brokers.onConnect(2)
  expect(brokers.choose(supportedBy(-1, 2))).toBe(2)
  expect(brokers.choose(supportedBy(0, 1, 2))).toBe(2)
  brokers.onDisconnect(2)
  expect(brokers.choose(supportedBy(0, 1, 2))).toBe(0)
  brokers.onConnect(2)
  expect(brokers.choose(supportedBy(0, 1, 2))).toBe(0)
})

test('TEL-02: a broker that took no request comes last from then on', () => {
  const brokers = new Brokers()
  for (const nodeId of [0, 1]) brokers.onConnect(nodeId)
  const services = supportedBy(0, 1)
  expect(brokers.choose(services)).toBe(0)
  brokers.giveUp()
  expect(brokers.choose(services)).toBe(1)
  brokers.onDisconnect(1)
  brokers.giveUp()
  expect(brokers.choose(services)).toBe(0)
})
