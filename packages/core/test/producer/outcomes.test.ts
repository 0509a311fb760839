import type { Interceptor } from '@posthorn/contracts'
import { describe, expect, it } from 'vitest'
import { stage } from '../support/stage.ts'

describe('the outcome of a batch', () => {
  it('BAT-03 is told in the order of the records, before who waits for the batch goes on', async () => {
    const s = stage({ lingerMs: 1000 })
    const heard: string[] = []
    await s.until(s.it.partitionsFor('orders'))
    for (const name of ['a', 'b', 'c']) {
      s.it.trySend({ topic: 'orders', partition: 0, value: name }, (error, { offset }) =>
        heard.push(`${name} ${error === null ? offset : error.code}`),
      )
    }
    await s.until(s.it.flush().then(() => heard.push('flushed')))
    expect(heard).toEqual(['a 0', 'b 1', 'c 2', 'flushed'])
    await s.end()
  })

  it('BAT-07 is waited for no longer than a send says; the record goes its way', async () => {
    const s = stage({ lingerMs: 0 }, { brokers: 1 })
    await s.until(s.send('warm').promise)
    s.cluster.pauseBroker(0)
    const sent = s.send('a', 0, {}, { timeoutMs: 500 })
    await s.advance(499)
    expect(sent.state).toBe('pending')
    await s.advance(1)
    expect(sent.error).toMatchObject({ name: 'TimeoutError', maybePersisted: true })
    s.cluster.resumeBroker(0)
    await s.until(s.it.flush())
    expect(s.stored(0)).toEqual(['warm', 'a'])
    await s.end()
  })

  it('PRD-06 of whatever goes wrong with a record comes by its promise, never by a throw; interceptors hear of each', async () => {
    const heard: string[] = []
    const intercepts = (): Interceptor<Uint8Array | string, Uint8Array | string> => ({
      name: 'hears',
      onAcknowledgement: (_record, _metadata, error) => void heard.push(error?.code ?? 'stored'),
    })
    const s = stage({ lingerMs: 0, maxRequestSize: 1000, interceptors: [intercepts] }, { brokers: 1 })
    s.cluster.intercept('Produce', { error: 'TOPIC_AUTHORIZATION_FAILED' }, { times: 1 })
    const sends = [
      s.send('refused by the broker'),
      s.send('x'.repeat(2000)),
      s.send(5 as never),
      s.send('no such topic', 0, { topic: 'a b' }),
      s.send('no such partition', -1),
    ]
    await s.advance(1000)
    const codes = sends.map(({ error }) => error?.code)
    expect(codes).toEqual([
      'TOPIC_AUTHORIZATION_FAILED',
      'MESSAGE_TOO_LARGE',
      'SERIALIZATION_FAILED',
      'INVALID_TOPIC_EXCEPTION',
      'INVALID_ARGUMENT',
    ])
    expect(heard.sort()).toEqual([...codes].sort())
    await s.end()
  })
})
