import type { Interceptor } from '@posthorn/contracts'
import { describe, expect, it } from 'vitest'
import { stage } from '../support/stage.ts'

type Bytes = Uint8Array | string

/** Changes every record, watches those whose value has a `w`, and keeps a list of what it hears and of the calls. */
function watcher(): {
  readonly calls: string[]
  readonly heard: string[]
  readonly plugin: () => Interceptor<Bytes, Bytes>
} {
  const calls: string[] = []
  const heard: string[] = []
  const plugin = (): Interceptor<Bytes, Bytes> => ({
    name: 'watcher',
    onSend: (record) => {
      calls.push(String(record.value))
      return { ...record, value: `${String(record.value)}!` }
    },
    watches: ({ value }) => String(value).includes('w'),
    onAcknowledgement: ({ value }, { offset }, error) => {
      heard.push(`${String(value)} ${error === null ? offset : error.code}`)
    },
  })
  return { calls, heard, plugin }
}

describe('an interceptor that watches some records', () => {
  it('hears of those alone, each with its own place, whichever way they were sent', async () => {
    const { heard, calls, plugin } = watcher()
    const s = stage({ interceptors: [plugin], lingerMs: 5 })
    const told: string[] = []
    for (const value of ['a', 'w1', 'b']) void s.send(value)
    for (const value of ['c', 'w2', 'd']) {
      s.it.trySend({ topic: 'orders', partition: 0, value }, (_, { offset }) => void told.push(`${value} ${offset}`))
    }
    for (const value of ['e', 'w3']) void s.send(value, 0, {}, { timeoutMs: 60_000 })
    await s.until(s.it.flush())
    expect(s.stored(0)).toEqual(['a!', 'w1!', 'b!', 'c!', 'w2!', 'd!', 'e!', 'w3!'])
    expect(heard).toEqual(['w1! 1', 'w2! 4', 'w3! 7'])
    expect(told).toEqual(['c 3', 'w2 4', 'd 5'])
    expect(calls).toEqual(['a', 'w1', 'b', 'c', 'w2', 'd', 'e', 'w3'])
    await s.end()
  })

  it('hears of those that fail, in a batch or before, and not of others', async () => {
    const { heard, plugin } = watcher()
    const s = stage({ interceptors: [plugin], maxRequestSize: 200 })
    await s.until(s.send('first').promise)
    s.cluster.intercept('Produce', { error: 'TOPIC_AUTHORIZATION_FAILED' }, { times: 1 })
    const failed = [s.send('a'), s.send('w1'), s.send('b'), s.send('w'.repeat(300)), s.send('x'.repeat(300))]
    await s.until(s.it.flush())
    expect(failed.map(({ error }) => error?.code)).toEqual([
      ...Array.from({ length: 3 }, () => 'TOPIC_AUTHORIZATION_FAILED'),
      ...Array.from({ length: 2 }, () => 'MESSAGE_TOO_LARGE'),
    ])
    expect(heard).toEqual([`${'w'.repeat(300)}! MESSAGE_TOO_LARGE`, 'w1! TOPIC_AUTHORIZATION_FAILED'])
    await s.end()
  })

  it('hears of a record whose batch was divided', async () => {
    const { heard, plugin } = watcher()
    const s = stage({ interceptors: [plugin], lingerMs: 5 })
    s.cluster.intercept('Produce', { error: 'MESSAGE_TOO_LARGE' }, { times: 1 })
    for (const value of ['a', 'w1', 'b', 'w2']) void s.send(value)
    await s.until(s.it.flush())
    expect(heard).toEqual(['w1! 1', 'w2! 3'])
    await s.end()
  })

  it('sees a record once that has to wait for room the long way', async () => {
    const { calls, plugin } = watcher()
    const s = stage({ interceptors: [plugin], maxBufferedRecords: 1, lingerMs: 0 })
    await s.until(s.it.partitionsFor('orders'))
    const sends = ['a', 'b', 'w'].map((value) => s.send(value))
    await s.until(s.it.flush())
    expect(sends.map(({ state }) => state)).toEqual(['resolved', 'resolved', 'resolved'])
    expect(calls).toEqual(['a', 'b', 'w'])
    await s.end()
  })

  it('ITC-03 beside one that watches all, hears of no more than before', async () => {
    const { heard, plugin } = watcher()
    const all: string[] = []
    const hears = (): Interceptor<Bytes, Bytes> => ({
      name: 'all',
      onAcknowledgement: ({ value }) => void all.push(String(value)),
    })
    const s = stage({ interceptors: [plugin, hears] })
    for (const value of ['a', 'w1', 'b']) void s.send(value)
    await s.until(s.it.flush())
    expect([heard, all]).toEqual([['w1! 1'], ['a!', 'w1!', 'b!']])
    await s.end()
  })
})
