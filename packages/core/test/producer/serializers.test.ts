import { describe, expect, it } from 'vitest'
import { reasonOf, watch } from '../support/outcome.ts'
import { stage, states } from '../support/stage.ts'
import { text } from '../support/text.ts'

const plain = (_topic: string, value: unknown): string => String(value)

describe('serializers', () => {
  it('SER-01 run key first, get the topic, and may add headers behind those of the record', async () => {
    const seen: string[] = []
    const adding = (part: string) => () => ({
      name: part,
      serialize: (
        topic: string,
        value: unknown,
        headers: { readonly size: number; add(key: string, value: string): void },
      ) => {
        seen.push(`${part} ${topic} ${headers.size}`)
        headers.add(part, String(value))
        return String(value)
      },
    })
    const s = stage({ keySerializer: adding('key'), valueSerializer: adding('value') })
    await s.until(s.send('v', 0, { key: 'k', headers: { own: 'x' } }).promise)
    expect(seen).toEqual(['key orders 1', 'value orders 2'])
    const [stored] = s.cluster.records('orders', 0)
    expect(stored?.headers.map(({ key, value }) => `${key}=${text(value)}`)).toEqual(['own=x', 'key=k', 'value=v'])
    await s.end()
  })

  it('that are asynchronous keep the order of the sends to a topic, in whatever order they finish', async () => {
    const waits = new Map<string, PromiseWithResolvers<string>>()
    const s = stage({
      lingerMs: 0,
      valueSerializer: () => ({
        name: 'slow',
        serialize: (_topic, value) => {
          if (String(value).startsWith('sync')) return value
          const wait = Promise.withResolvers<string>()
          waits.set(String(value), wait)
          return wait.promise
        },
      }),
    })
    const sends = ['a', 'b', 'sync c', 'd'].map((value) => s.send(value))
    await s.advance(100)
    for (const value of ['d', 'b']) waits.get(value)?.resolve(value)
    await s.advance(100)
    expect(states(sends)).toEqual(['pending', 'pending', 'pending', 'pending'])
    waits.get('a')?.resolve('a')
    await s.until(Promise.all(sends.map(({ promise }) => promise)))
    expect(s.stored(0)).toEqual(['a', 'b', 'sync c', 'd'])
    await s.end()
  })

  it('that are asynchronous need the memory of the other parts no longer than the send takes', async () => {
    const waits: PromiseWithResolvers<string>[] = []
    const reused = new Uint8Array(1)
    const s = stage({
      lingerMs: 0,
      keySerializer: () => ({
        name: 'reuses',
        serialize: (_topic, value) => {
          reused[0] = String(value).charCodeAt(0)
          return reused
        },
      }),
      valueSerializer: () => ({
        name: 'slow',
        serialize: () => {
          const wait = Promise.withResolvers<string>()
          waits.push(wait)
          return wait.promise
        },
      }),
    })
    const header = Uint8Array.of(1)
    const sends = ['a', 'b'].map((key) => {
      const sent = s.send('v', 0, { key, headers: { header } })
      header.fill(header[0]! + 1)
      return sent.promise
    })
    for (const wait of waits) wait.resolve('v')
    await s.until(Promise.all(sends))
    const stored = s.cluster.records('orders', 0)
    expect(stored.map(({ key }) => text(key))).toEqual(['a', 'b'])
    expect(stored.map(({ headers }) => headers[0]?.value?.[0])).toEqual([1, 2])
    await s.end()
  })

  it('whose result is there at once need not keep it while an asynchronous key is waited for', async () => {
    const reused = new Uint8Array(1)
    const s = stage({
      lingerMs: 0,
      keySerializer: () => ({ name: 'slow', serialize: (_topic, value) => Promise.resolve(value) }),
      valueSerializer: () => ({
        name: 'reuses',
        serialize: (_topic, value) => {
          reused[0] = String(value).charCodeAt(0)
          return reused
        },
      }),
    })
    await s.until(Promise.all(['x', 'y', 'z'].map((value) => s.send(value, 0, { key: value }).promise)))
    expect(s.stored(0)).toEqual(['x', 'y', 'z'])
    await s.end()
  })

  it('SER-02 SER-04 are not given null, and add no headers once they have answered', async () => {
    const kept: { add(key: string, value: string): void }[] = []
    const keeping = () => ({
      name: 'keeps',
      serialize: (_topic: string, value: Uint8Array | string, headers: (typeof kept)[number]) => {
        kept.push(headers)
        return value
      },
    })
    const s = stage({ keySerializer: keeping, valueSerializer: keeping })
    const sent = [s.send('v', 0, { key: null }), s.send(null, 0, { key: 'k' })]
    expect(kept).toHaveLength(2)
    for (const headers of kept) headers.add('late', 'x')
    await s.until(Promise.all(sent.map(({ promise }) => promise)))
    const stored = s.cluster.records('orders', 0)
    expect(stored.map(({ key, value }) => [key === null, value === null])).toEqual([
      [true, false],
      [false, true],
    ])
    expect(stored.flatMap(({ headers }) => headers)).toEqual([])
    await s.end()
  })

  it('SER-07 are closed with the producer, once', async () => {
    const closed: string[] = []
    const closing = (name: string) => () => ({ name, serialize: plain, close: () => void closed.push(name) })
    const s = stage({ keySerializer: closing('key'), valueSerializer: closing('value') })
    await s.until(s.send('v', 0, { key: 'k' }).promise)
    expect(closed).toEqual([])
    await s.end()
    await s.it.close()
    expect(closed.sort()).toEqual(['key', 'value'])
  })

  it('SER-03 that reject fail their record alone', async () => {
    const s = stage({
      valueSerializer: () => ({
        name: 'picky',
        serialize: (_topic, value) => (value === 'b' ? Promise.reject(new Error('no b')) : Promise.resolve(value)),
      }),
    })
    const sends = ['a', 'b', 'c'].map((value) => s.send(value))
    await s.end()
    expect(states(sends)).toEqual(['resolved', 'SERIALIZATION_FAILED', 'resolved'])
    expect(sends[1]?.error?.message).toBe('valueSerializer picky refused a value for topic orders: no b')
  })

  it('that never finish fail the record after maxBlockMs, and hold up nobody after that', async () => {
    const s = stage({
      lingerMs: 0,
      maxBlockMs: 1000,
      valueSerializer: () => ({
        name: 'stuck',
        serialize: (_topic, value) => (value === 'stuck' ? new Promise<never>(() => {}) : value),
      }),
    })
    const [a, b] = [s.send('stuck'), s.send('b', 0, { topic: 'orders' })]
    await s.advance(500)
    const c = s.send('c')
    await s.advance(501)
    expect(a.error).toMatchObject({ code: 'SERIALIZATION_TIMEOUT', retriable: true, topic: 'orders' })
    await s.end()
    expect([b.state, c.state]).toEqual(['rejected', 'resolved'])
  })

  it('that answer neither bytes nor text are refused, with what they answered', async () => {
    for (const [answer, received] of [
      [5, '5'],
      [{ a: 1 }, 'an object (Object); a valueSerializer such as json() turns objects into bytes'],
      [undefined, 'nothing'],
      [Promise.resolve(5), '5'],
    ] as const) {
      const s = stage({ valueSerializer: () => ({ name: 'odd', serialize: () => answer as never }) })
      expect(await s.until(reasonOf(s.it.send({ topic: 'orders', value: 'v' })))).toMatchObject({
        code: 'SERIALIZATION_FAILED',
        message: `value for topic orders: expected a string, a Uint8Array or null, received ${received}`,
      })
      await s.end()
    }
  })

  it('may send records themselves: each outcome goes to the send that it belongs to', async () => {
    const inner: ReturnType<typeof watch>[] = []
    const s = stage({
      lingerMs: 0,
      valueSerializer: () => ({
        name: 'audits',
        serialize: (topic, value) => {
          if (String(value).startsWith('outer')) {
            inner.push(watch(s.it.send({ topic, partition: 1, value: `audit of ${String(value)}`, key: 'audit' })))
          }
          return plain(topic, value)
        },
      }),
    })
    await s.until(s.send('warm', 5).promise)
    const sends = [s.send('outer a', 0, { key: 'k', timestamp: 5 }), s.send('outer b', 0)]
    await s.end()
    expect(states([...sends, ...inner])).toEqual(['resolved', 'resolved', 'resolved', 'resolved'])
    expect(sends.map(({ value }) => [value?.partition, value?.offset])).toEqual([
      [0, 0n],
      [0, 1n],
    ])
    expect(sends[0]?.value?.timestamp).toBe(5n)
    expect(s.stored(0)).toEqual(['outer a', 'outer b'])
    expect(s.stored(1)).toEqual(['audit of outer a', 'audit of outer b'])
  })
})
