import type { Hooks } from '@posthorn/contracts'
import { crc32c } from '@posthorn/protocol'
import { describe, expect, it } from 'vitest'
import { stage, states } from '../support/stage.ts'

const broken = (): never => {
  throw new Error('broken')
}

describe('what callbacks and hooks throw', () => {
  it('BAT-04 is logged, and the callbacks of the other records run', async () => {
    const s = stage({ lingerMs: 10 })
    const heard: string[] = []
    for (const value of ['a', 'b', 'c']) {
      s.it.trySend({ topic: 'orders', partition: 0, value }, () => {
        heard.push(value)
        broken()
      })
    }
    await s.end()
    expect(heard).toEqual(['a', 'b', 'c'])
    expect(s.logger.errors).toEqual([
      'a delivery callback threw',
      'a delivery callback threw',
      'a delivery callback threw',
    ])
  })

  it('is logged for a record that never reached a batch, too', async () => {
    const s = stage({ maxBlockMs: 100 }, { autoCreateTopics: false })
    s.it.trySend({ topic: 'nowhere', value: 'a' }, broken)
    await s.advance(200)
    expect(s.logger.errors).toEqual(['a delivery callback threw'])
    await s.end()
  })

  it('a checksum that throws fails its batch, at once, and no other', async () => {
    let calls = 0
    const s = stage({
      lingerMs: 0,
      checksum: () => ({ crc32c: (bytes, seed) => (calls++ === 0 ? broken() : crc32c.crc32c(bytes, seed)) }),
    })
    const sends = [s.send('a', 0), s.send('b', 1)]
    await s.advance(100)
    expect(states(sends)).toEqual(['CHECKSUM_FAILED', 'resolved'])
    expect(sends[0]?.error?.message).toBe('the checksum plugin failed for a batch for orders-0: broken')
    await s.until(s.send('c', 0).promise, 100)
    await s.end()
  })

  it('changes nothing about the delivery, whichever hook it is', async () => {
    const hooks: Hooks = {
      name: 'broken',
      onConnect: broken,
      onDisconnect: broken,
      onRequest: broken,
      onResponse: broken,
      onThrottle: broken,
      onBatchSealed: broken,
      onBatchSettled: broken,
      onRetry: broken,
      onMetadata: broken,
      onClose: broken,
    }
    const s = stage({ lingerMs: 0, hooks: [() => hooks] })
    s.cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS' }, { times: 1 })
    s.cluster.intercept('Produce', { cutBefore: true }, { times: 1 })
    s.cluster.throttle(10)
    const sends = [0, 1, 2].map((partition) => s.send('a', partition))
    await s.end()
    expect(new Set(states(sends))).toEqual(new Set(['resolved']))
    const named = new Set(s.logger.errors)
    for (const member of Object.keys(hooks).filter((key) => key !== 'name')) {
      expect(named).toContain(`hook broken threw in ${member}`)
    }
  })

  it('PRD-10 a callback may send again: what it sends is delivered, in order', async () => {
    const s = stage({ lingerMs: 0 })
    let left = 20
    const again = (): void => {
      if (left-- > 0) s.it.trySend({ topic: 'orders', partition: 0, value: `${left}` }, again)
    }
    again()
    await s.clock.runUntil(() => left < 0)
    await s.end()
    expect(s.stored(0)).toEqual(Array.from({ length: 20 }, (_, i) => `${19 - i}`))
  })

  it('hooks see every request with its answer, ApiVersions included, and each batch from seal to outcome', async () => {
    const seen: string[] = []
    const hooks: Hooks = {
      name: 'sees',
      onRequest: ({ api, correlationId }) => void seen.push(`> ${api} ${correlationId}`),
      onResponse: ({ api, correlationId }) => void seen.push(`< ${api} ${correlationId}`),
      onBatchSealed: ({ records, attempts }) => void seen.push(`sealed ${records} ${attempts}`),
      onBatchSettled: ({ baseOffset, error }) => void seen.push(`settled ${baseOffset} ${error?.code ?? 'stored'}`),
    }
    const s = stage({ lingerMs: 0, hooks: [() => hooks] }, { brokers: 1 })
    await s.until(s.send('a').promise)
    expect(seen).toEqual([
      ...['> ApiVersions 1', '< ApiVersions 1', '> Metadata 2', '< Metadata 2'],
      ...['> ApiVersions 3', '< ApiVersions 3', 'sealed 1 0', '> Produce 4', 'settled 0 stored', '< Produce 4'],
    ])
    await s.end()
  })
})
