import type { Codec } from '@posthorn/contracts'
import { gzipSync, gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { openDelivery } from '../support/guard.ts'
import { stage, states } from '../support/stage.ts'

type Compress = Codec['compress']

function gzip(compress: Compress): () => Codec {
  return () => ({ name: 'gzip', attribute: 1, compress, decompress: (input) => gunzipSync(input) })
}

const now: Compress = (input) => new Uint8Array(gzipSync(input))

describe('a codec', () => {
  it('REC-07 compresses the records of each batch, once, also when it is sent again', async () => {
    let calls = 0
    const s = stage({ compression: gzip((input) => (calls++, now(input))), lingerMs: 10 })
    s.cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS' }, { times: 2 })
    const sends = ['a', 'b', 'c'].map((value) => s.send(value.repeat(500)))
    await s.end()
    expect(new Set(states(sends))).toEqual(new Set(['resolved']))
    expect([calls, s.stored(0)]).toEqual([1, ['a', 'b', 'c'].map((value) => value.repeat(500))])
    expect(s.cluster.log('orders', 0)[0]?.bytes.length).toBeLessThan(300)
  })

  it('that answers later keeps the order of the batches of a partition, and holds up no other', async () => {
    const waits: (() => void)[] = []
    const later: Compress = (input) => {
      const done = Promise.withResolvers<Uint8Array>()
      waits.push(() => done.resolve(now(input)))
      return done.promise
    }
    // A guard, so that nothing but the codec keeps a second batch from going out.
    const s = stage({ compression: gzip(later), lingerMs: 0, batchSize: 0, delivery: openDelivery() })
    const sends = [s.send('a', 0), s.send('b', 0), s.send('c', 1)]
    await s.advance(10)
    expect(waits).toHaveLength(2)
    waits[1]?.()
    await s.until(sends[2]!.promise)
    expect(states(sends)).toEqual(['pending', 'pending', 'resolved'])
    waits[0]?.()
    await s.advance(10)
    waits[2]?.()
    await s.end()
    expect(s.stored(0)).toEqual(['a', 'b'])
  })

  it('that throws, rejects or answers no bytes fails the batch with COMPRESSION_FAILED; the next one goes', async () => {
    const broken: [string, Compress][] = [
      [
        'disk full',
        () => {
          throw new Error('disk full')
        },
      ],
      ['worker died', () => Promise.reject(new Error('worker died'))],
      ['it answered nothing instead of bytes', () => undefined as never],
      ['it answered 5 instead of bytes', () => Promise.resolve(5 as never)],
    ]
    for (const [why, compress] of broken) {
      let calls = 0
      const s = stage({
        compression: gzip((input) => (calls++ === 0 ? compress(input) : now(input))),
        lingerMs: 0,
        batchSize: 0,
      })
      const sends = [s.send('a'), s.send('b')]
      await s.end()
      expect(states(sends), why).toEqual(['COMPRESSION_FAILED', 'resolved'])
      expect(sends[0]?.error).toMatchObject({ topic: 'orders', partition: 0, maybePersisted: false })
      expect(sends[0]?.error?.message).toBe(`codec gzip could not compress a batch for orders-0: ${why}`)
      expect(s.stored(0)).toEqual(['b'])
    }
  })

  it('SPD-11 reads memory that nobody else writes, also when the batch expires meanwhile', async () => {
    const wait = Promise.withResolvers<null>()
    let seen = ''
    const later: Compress = async (input) => {
      if (seen === '') {
        await wait.promise
        seen = Buffer.from(input).toString()
      }
      return now(input)
    }
    const s = stage({
      compression: gzip(later),
      ...{ lingerMs: 0, requestTimeoutMs: 500, deliveryTimeoutMs: 500, maxBlockMs: 2000 },
      ...{ batchSize: 200, bufferMemory: 200, maxWaitingBytes: 10_000 },
    })
    const slow = s.send('the first')
    await s.advance(600)
    expect(slow.error).toMatchObject({ code: 'DELIVERY_TIMEOUT', maybePersisted: false })
    const next = s.send('the second', 1)
    await s.advance(100)
    expect(next.state).toBe('pending')
    wait.resolve(null)
    await s.end()
    expect(seen).toContain('the first')
    expect([next.state, s.stored()]).toEqual(['resolved', ['the second']])
  })

  it('that fails after its batch was settled tells the guard nothing more', async () => {
    const notes: string[] = []
    const wait = Promise.withResolvers<Uint8Array>()
    const note = (what: string) => (): void => {
      notes.push(what)
    }
    const delivery = openDelivery({
      onExpired: note('expired'),
      onFailed: note('failed'),
      onAbandoned: note('abandoned'),
    })
    const times = { lingerMs: 0, requestTimeoutMs: 500, deliveryTimeoutMs: 500 }
    const s = stage({ compression: gzip(() => wait.promise), delivery, ...times })
    s.send('a')
    await s.advance(600)
    wait.reject(new Error('too late'))
    await s.advance(10)
    expect(notes).toEqual(['expired'])
    await s.end()
  })
})
