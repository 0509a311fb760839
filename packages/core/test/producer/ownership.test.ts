import { describe, expect, it } from 'vitest'
import { stage } from '../support/stage.ts'
import { bytes, text } from '../support/text.ts'

/** Memory of every kind that an application may hold, all of it `old`. */
const kinds: Record<string, () => Uint8Array> = {
  'a Uint8Array': () => bytes('old'),
  'a Buffer of the pool': () => Buffer.from('old'),
  'a view in the middle of other memory': () => bytes('an old thing').subarray(3, 6),
}

describe('what an application sends belongs to it again at once', () => {
  for (const [kind, made] of Object.entries(kinds)) {
    it(`${kind}: as key, value and header, whether the record is taken at once or waits`, async () => {
      const s = stage({ lingerMs: 100 })
      for (const when of ['waits for metadata', 'is taken at once']) {
        const [key, value, header] = [made(), made(), made()]
        const headers = [{ key: 'h', value: header }]
        const sent = s.send(value, 0, { key, headers })
        for (const memory of [key, value, header]) memory.fill(0x2a)
        headers.length = 0
        await s.until(sent.promise)
        const stored = s.cluster.records('orders', 0).at(-1)!
        expect([text(stored.key), text(stored.value), text(stored.headers[0]?.value ?? null)], when).toEqual([
          'old',
          'old',
          'old',
        ])
      }
      await s.end()
    })
  }

  it('while it waits for memory', async () => {
    const s = stage({ lingerMs: 0, batchSize: 1100, bufferMemory: 1200, maxWaitingBytes: 100_000 }, { brokers: 1 })
    await s.until(s.send('warm').promise)
    s.cluster.pauseBroker(0)
    s.send('x'.repeat(1000), 0)
    const value = Buffer.from('old')
    const sent = s.send(value, 1)
    value.fill(0x2a)
    s.cluster.resumeBroker(0)
    await s.until(sent.promise)
    expect(s.stored(1)).toEqual(['old'])
    await s.end()
  })

  it('and the record itself: the producer neither changes nor needs it', async () => {
    const s = stage()
    const record = Object.freeze({
      topic: 'orders',
      partition: 2,
      key: 'k',
      value: 'v',
      headers: Object.freeze({ a: 'b' }),
    })
    await s.until(s.it.send(record))
    expect(s.cluster.records('orders', 2)[0]).toMatchObject({ headers: [{ key: 'a' }] })
    await s.end()
  })
})
