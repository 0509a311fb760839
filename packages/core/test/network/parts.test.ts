import { describe, expect, it } from 'vitest'
import type { BrokerConnection } from '../../src/network/brokerConnection.ts'
import type { OutgoingRequest } from '../../src/network/outgoingRequest.ts'
import { CorrelationIds } from '../../src/network/correlationIds.ts'
import { InFlightRequests } from '../../src/network/inFlightRequests.ts'
import { NodeState } from '../../src/network/nodeState.ts'
import { backoffMs } from '../../src/time/backoff.ts'

describe('correlation ids', () => {
  it('NET-19 grow by one, leave out the eight that are kept for SASL, and then begin from the most negative', () => {
    const ids = new CorrelationIds()
    expect([ids.next(), ids.next(), ids.next()]).toEqual([1, 2, 3])
    Object.assign(ids, { last: 2_147_483_638 })
    expect([ids.next(), ids.next(), ids.next()]).toEqual([2_147_483_639, -2_147_483_648, -2_147_483_647])
    Object.assign(ids, { last: -2 })
    expect([ids.next(), ids.next(), ids.next()]).toEqual([-1, 0, 1])
  })
})

describe('back-off', () => {
  it('CON-01 ACC-06 doubles with each failure, within a fifth, and never exceeds the maximum', () => {
    for (const random of [() => 0, () => 0.5, () => 0.999]) {
      for (let failures = 0; failures < 80; failures++) {
        const nominal = Math.min(100 * 2 ** failures, 1000)
        const ms = backoffMs(100, 1000, failures, random)
        expect(ms).toBeGreaterThanOrEqual(nominal * 0.8)
        expect(ms).toBeLessThanOrEqual(Math.min(nominal * 1.2, 1000))
      }
    }
    expect(backoffMs(100, 1000, 2, () => 0.5)).toBeCloseTo(400)
  })

  it('CON-03 is constant, without jitter, where the first wait is the longest', () => {
    for (const failures of [0, 1, 50]) expect(backoffMs(50, 50, failures, () => 0)).toBe(50)
    expect(backoffMs(0, 1000, 5, () => 0.5)).toBe(0)
  })
})

describe('requests in flight', () => {
  const request = (timeoutMs: number): OutgoingRequest => ({ timeoutMs }) as OutgoingRequest

  it('NET-05 NET-08 come out in order, and the earliest deadline counts, whoever has it', () => {
    const requests = new InFlightRequests()
    const [a, b] = [request(1000), request(100)]
    requests.add(a, 0)
    requests.add(b, 50)
    expect([requests.size, requests.nextDeadline()]).toEqual([2, 150])
    requests.prolong(500)
    expect(requests.nextDeadline()).toBe(650)
    requests.add(request(100), 60)
    expect(requests.nextDeadline()).toBe(160)
    expect(requests.takeFirst()?.request).toBe(a)
    requests.remove(b)
    requests.remove(b)
    expect(requests.takeAll()).toHaveLength(1)
    expect(requests.nextDeadline()).toBe(Infinity)
  })
})

describe('what is known of a broker', () => {
  const settings = {
    reconnectBackoffMs: 100,
    reconnectBackoffMaxMs: 1000,
    socketConnectionSetupTimeoutMs: 1000,
    socketConnectionSetupTimeoutMaxMs: 4000,
  }
  const made = (): NodeState => new NodeState({ host: 'b', port: 1, purpose: 'broker', nodeId: 1 }, settings, () => 0.5)
  const connection = { unanswered: false } as unknown as BrokerConnection

  it('CON-04 may be connected to at once, then when the back-off is over, never while there is a connection', () => {
    const node = made()
    expect(node.mayConnect(0)).toBe(true)
    node.onAttempt(connection, 0)
    expect(node.mayConnect(0)).toBe(false)
    node.onEnd(connection, 10, false, false)
    expect([node.mayConnect(109), node.mayConnect(110), node.retryAt]).toEqual([false, true, 110])
  })

  it('CON-06 CON-07 doubles the set-up time-out after each attempt that ran into it, and after another end no longer', () => {
    const node = made()
    const timeouts = [true, true, true, true, false].map((timedOut) => {
      node.onAttempt(connection, 0)
      const { setupTimeoutMs } = node
      node.onEnd(connection, 0, timedOut, false)
      return Math.round(setupTimeoutMs)
    })
    node.onAttempt(connection, 0)
    expect([...timeouts, node.setupTimeoutMs]).toEqual([1000, 2000, 4000, 4000, 4000, 1000])
  })
})
