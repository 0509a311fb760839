import type { Env, Interceptor, ProducerRecord } from '@posthorn/contracts'
import { describe, expect, it } from 'vitest'
import { reasonOf } from '../support/outcome.ts'
import { stage } from '../support/stage.ts'

type Given = Partial<Interceptor<Uint8Array | string, Uint8Array | string>>

function interceptor(name: string, own: Given): () => Interceptor<Uint8Array | string, Uint8Array | string> {
  return () => ({ name, ...own })
}

const adding = (letter: string): Given => ({
  onSend: (record) => ({ ...record, value: `${String(record.value)}${letter}` }),
})

describe('interceptors', () => {
  it('ITC-01 change the record one after the other, in the order of the configuration', async () => {
    const s = stage({ interceptors: [interceptor('a', adding('a')), interceptor('b', adding('b'))] })
    await s.until(s.send('0').promise)
    expect(s.stored()).toEqual(['0ab'])
    await s.end()
  })

  it('ITC-02 that throw or answer nothing are passed over, and said so in the log', async () => {
    const broken: Given = {
      onSend: () => {
        throw new Error('broken')
      },
    }
    const silent: Given = { onSend: () => null as unknown as ProducerRecord }
    const plugins = [interceptor('broken', broken), interceptor('silent', silent), interceptor('b', adding('b'))]
    const s = stage({ interceptors: plugins })
    await s.until(s.send('0').promise)
    expect(s.stored()).toEqual(['0b'])
    expect(s.logger.errors).toEqual(['interceptor broken threw in onSend'])
    await s.end()
  })

  it('ITC-03 hear of each record once, before the application does, and what they throw hurts nobody', async () => {
    const order: string[] = []
    const hears = (name: string): Given => ({
      onAcknowledgement: ({ value }, { offset }, error) => {
        order.push(`${name} ${String(value)} ${error === null ? offset : error.code}`)
        throw new Error('broken')
      },
    })
    const s = stage({ interceptors: [interceptor('a', hears('a')), interceptor('b', hears('b'))] })
    s.cluster.intercept('Produce', { error: 'TOPIC_AUTHORIZATION_FAILED' }, { skip: 1, times: 1 })
    for (const value of ['x', 'y']) {
      s.it.trySend({ topic: 'orders', partition: 0, value }, (error) => {
        order.push(`app ${value}${error === null ? '' : ' failed'}`)
      })
      await s.until(s.it.flush())
    }
    expect(order).toEqual([
      ...['a x 0', 'b x 0', 'app x'],
      ...['a y TOPIC_AUTHORIZATION_FAILED', 'b y TOPIC_AUTHORIZATION_FAILED', 'app y failed'],
    ])
    expect(s.logger.errors.filter((line) => line.endsWith('threw in onAcknowledgement'))).toHaveLength(4)
    await s.end()
  })

  it('ITC-04 hear of every send that ends before it reaches a batch, with the partition if it has one', async () => {
    const heard: string[] = []
    const hears: Given = {
      onAcknowledgement: ({ value }, { topic, partition, offset }, error) => {
        heard.push(`${String(value).slice(0, 5)} ${topic} ${partition} ${offset} ${error?.code ?? 'stored'}`)
      },
    }
    const settings = { maxBlockMs: 1000, maxRequestSize: 1000, maxWaitingBytes: 1000 }
    const s = stage({ ...settings, interceptors: [interceptor('a', hears)] }, { autoCreateTopics: false })
    const expected = ['METADATA_TIMEOUT', 'MESSAGE_TOO_LARGE', 'BUFFER_EXHAUSTED', 'INVALID_TOPIC_EXCEPTION']
    const sends = [
      s.it.send({ topic: 'nowhere', value: 'waits', partition: 3 }),
      s.it.send({ topic: 'orders', value: 'large'.padEnd(2000), partition: 4 }),
      s.it.send({ topic: 'nowhere', value: 'over'.padEnd(600) }),
      s.it.send({ topic: 'no/topic', value: 'topic' }),
    ].map(reasonOf)
    const errors = await s.until(Promise.all(sends))
    expect(errors.map(({ code }) => code)).toEqual(expected)
    expect(heard.sort()).toEqual([
      'large orders 4 -1 MESSAGE_TOO_LARGE',
      'over  nowhere -1 -1 BUFFER_EXHAUSTED',
      'topic no/topic -1 -1 INVALID_TOPIC_EXCEPTION',
      'waits nowhere 3 -1 METADATA_TIMEOUT',
    ])
    await s.end()
  })

  it('ITC-06 are made with the client’s id, and closed with the producer, once; what they throw hurts nobody', async () => {
    const events: string[] = []
    const closing = (name: string) => (env: Env) => {
      events.push(`${name} of ${env.clientId}`)
      return {
        name,
        close: () => {
          events.push(`${name} closed`)
          throw new Error('broken')
        },
      }
    }
    const s = stage({ clientId: 'billing', interceptors: [closing('a'), closing('b')] })
    await s.until(s.send('0').promise)
    expect(events).toEqual(['a of billing', 'b of billing'])
    await s.end()
    await s.it.close()
    expect(events.slice(2)).toEqual(['a closed', 'b closed'])
  })

  it('ITC-06 that were made before one that throws are closed', () => {
    const closed: string[] = []
    const fine = () => ({ name: 'fine', close: () => void closed.push('fine') })
    const throws = (): Interceptor<Uint8Array | string, Uint8Array | string> => {
      throw new Error('no')
    }
    expect(() => stage({ interceptors: [fine, throws] })).toThrow('no')
    expect(closed).toEqual(['fine'])
  })

  it('ITC-07 hear of an outcome with the record that was sent, headers included', async () => {
    const heard: unknown[] = []
    const marks: Given = { onSend: (record) => ({ ...record, headers: { trace: '7' } }) }
    const hears: Given = { onAcknowledgement: ({ headers }) => void heard.push(headers) }
    const s = stage({ interceptors: [interceptor('hears', hears), interceptor('marks', marks)] })
    await s.until(s.send('0').promise)
    expect(heard).toEqual([{ trace: '7' }])
    await s.end()
  })
})
