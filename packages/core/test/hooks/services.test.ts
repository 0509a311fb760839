import type { BatchSettledEvent, Hooks, ProducerServices } from '@posthorn/contracts'
import { metadata } from '@posthorn/protocol'
import { describe, expect, it } from 'vitest'
import { watch } from '../support/outcome.ts'
import { stage } from '../support/stage.ts'

/** Hooks that keep what they were lent. */
function borrower(more: Partial<Hooks> = {}): { readonly hooks: () => Hooks; readonly lent: () => ProducerServices } {
  let services: ProducerServices | null = null
  return {
    hooks: () => ({ name: 'borrower', onStart: (producer) => void (services = producer), ...more }),
    lent: () => services!,
  }
}

const clusterRequest = {
  topics: [],
  allowAutoTopicCreation: false,
  includeClusterAuthorizedOperations: false,
  includeTopicAuthorizedOperations: false,
}

describe('what hooks may use of the producer', () => {
  it('its metrics, from the start until it has closed', async () => {
    const { hooks, lent } = borrower()
    const s = stage({ hooks: [hooks] })
    const total = (): number | undefined =>
      lent()
        .metrics()
        .find(({ name }) => name === 'record-send-total')
        ?.value()
    expect(total()).toBe(0)
    await s.until(s.send('a').promise)
    expect(total()).toBe(1)
    await s.end()
    expect(lent().metrics()).toEqual([])
  })

  it('its connections, for requests of their own', async () => {
    const { hooks, lent } = borrower()
    const s = stage({ hooks: [hooks] })
    expect(lent().maxVersion(metadata.key, 0)).toBeNull()
    const answer = await s.until(lent().request(metadata, clusterRequest, 'any'))
    expect(answer.brokers.map(({ nodeId }) => nodeId)).toEqual([0, 1, 2])
    await s.until(s.send('a').promise)
    expect(lent().maxVersion(metadata.key, 0)).toBe(metadata.maxVersion)
    await s.end()
    const late = watch(lent().request(metadata, clusterRequest, 'any'))
    await s.advance(0)
    expect(late.error?.code).toBe('PRODUCER_CLOSED')
  })

  it('a hook that throws at the start is logged, and the producer works', async () => {
    const throwing = (): Hooks => ({
      name: 'throws',
      onStart: () => {
        throw new Error('no')
      },
    })
    const s = stage({ hooks: [throwing] })
    expect(s.logger.errors).toEqual(['hook throws threw in onStart'])
    await s.until(s.send('a').promise)
    await s.end()
  })
})

describe('onClosing', () => {
  it('comes when every record has its outcome, and may use connections; close waits for it', async () => {
    const seen: string[] = []
    const { hooks, lent } = borrower({
      onClosing: async () => {
        seen.push(sent.state)
        const { brokers } = await lent().request(metadata, clusterRequest, 'any')
        seen.push(`${brokers.length} brokers`)
      },
      onClose: () => seen.push('closed'),
    })
    const s = stage({ hooks: [hooks], lingerMs: 1000 })
    const sent = s.send('a')
    await s.end()
    expect(seen).toEqual(['resolved', '3 brokers', 'closed'])
  })

  it('close waits no longer than its own time, and what was asked for fails', async () => {
    let ended = ''
    const { hooks, lent } = borrower({
      onClosing: async () => {
        s.cluster.intercept('Metadata', { drop: true })
        await lent()
          .request(metadata, clusterRequest, 'any')
          .catch((error: unknown) => {
            ended = (error as { code: string }).code
          })
      },
    })
    const s = stage({ hooks: [hooks] })
    await s.until(s.send('a').promise)
    const closing = watch(s.it.close({ timeoutMs: 500 }))
    await s.advance(499)
    expect(closing.state).toBe('pending')
    await s.advance(1)
    expect(closing.state).toBe('resolved')
    expect(ended).not.toBe('')
    await s.end()
  })

  it('is not called by a forced close, and one that fails holds nothing up', async () => {
    let calls = 0
    const failing = (): Hooks => ({
      name: 'fails',
      onClosing: () => {
        calls++
        return Promise.reject(new Error('no'))
      },
    })
    const forced = stage({ hooks: [failing] })
    await forced.end({ timeoutMs: 0 })
    expect(calls).toBe(0)
    const s = stage({ hooks: [failing, failing] })
    await s.end()
    expect(calls).toBe(2)
    expect(s.logger.errors).toEqual(['hook fails threw in onClosing', 'hook fails threw in onClosing'])
  })
})

it('a settled batch tells which broker it went to, -1 for none, and when it was settled', async () => {
  const events: BatchSettledEvent[] = []
  const s = stage({
    hooks: [() => ({ name: 'batches', onBatchSettled: (event) => void events.push(event) })],
    deliveryTimeoutMs: 2000,
    requestTimeoutMs: 500,
  })
  await s.until(s.send('a', 1).promise)
  expect(events).toMatchObject([{ nodeId: s.cluster.partition('orders', 1).leader, settledMs: s.clock.now() }])
  s.cluster.pauseBroker(s.cluster.partition('orders', 2).leader)
  s.send('b', 2)
  await s.advance(3000)
  expect(events.slice(1)).toMatchObject([{ nodeId: -1, attempts: 0, error: { code: 'DELIVERY_TIMEOUT' } }])
  expect(events[1]!.settledMs - events[1]!.createdMs).toBe(2000)
  await s.end()
})
