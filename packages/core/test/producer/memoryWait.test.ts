import { describe, expect, it } from 'vitest'
import { reasonOf, watch } from '../support/outcome.ts'
import { stage, states } from '../support/stage.ts'

const kilobyte = 'x'.repeat(1000)

/** Room for two batches of one record; the brokers answer nothing. */
async function full(more: object = {}): Promise<ReturnType<typeof stage>> {
  const settings = { lingerMs: 0, batchSize: 1100, bufferMemory: 2300, maxBlockMs: 5000, maxWaitingBytes: 100_000 }
  const s = stage({ ...settings, ...more }, { brokers: 1 })
  await s.until(s.send('warm').promise)
  s.cluster.pauseBroker(0)
  s.send(kilobyte, 0)
  s.send(kilobyte, 1)
  return s
}

describe('a send without memory', () => {
  it('BUF-04 waits, first come first served, and goes on when memory comes back', async () => {
    const s = await full()
    const sends = [s.send(`2 ${kilobyte}`, 2), s.send(`3 ${kilobyte}`, 3), s.send(`4 ${kilobyte}`, 2)]
    await s.advance(100)
    expect(states(sends)).toEqual(['pending', 'pending', 'pending'])
    s.cluster.resumeBroker(0)
    await s.until(Promise.all(sends.map(({ promise }) => promise)))
    expect(s.stored(2).map((value) => value[0])).toEqual(['2', '4'])
    await s.end()
  })

  it('BUF-05 PRD-01 fails after maxBlockMs with BUFFER_EXHAUSTED and how much is free; nothing else is lost', async () => {
    const s = await full()
    const sent = s.send(kilobyte, 2)
    await s.advance(4999)
    expect(sent.state).toBe('pending')
    await s.advance(2)
    expect(sent.error).toMatchObject({
      name: 'BufferExhaustedError',
      code: 'BUFFER_EXHAUSTED',
      retriable: true,
      topic: 'orders',
      message: expect.stringContaining(
        'no memory for the record within 5000 ms (maxBlockMs); 100 of 2300 bytes of bufferMemory are free, ',
      ) as string,
    })
    s.cluster.resumeBroker(0)
    await s.end()
    expect(s.stored()).toHaveLength(3)
  })

  it('BUF-06 leaves its place to the next when it gives up', async () => {
    const s = await full()
    const abort = new AbortController()
    const large = s.send('y'.repeat(2000), 2, {}, { signal: abort.signal })
    const small = s.send('z', 3)
    await s.advance(10)
    abort.abort(new Error('enough'))
    s.cluster.resumeBroker(0)
    await s.until(small.promise)
    expect(large.error?.message).toBe('enough')
    await s.end()
  })

  /** Topic `a` waits for 2000 bytes, topic `b` behind it for 500, and 1200 are free. */
  async function twoTopics() {
    const topics = { orders: 1, a: 1, b: 3 }
    const memory = { batchSize: 500, bufferMemory: 2300, maxWaitingBytes: 100_000 }
    const s = stage({ lingerMs: 0, maxBlockMs: 5000, ...memory }, { topics })
    const sends = Object.keys(topics).map((topic) => s.send('warm', 0, { topic }).promise)
    await s.until(Promise.all(sends))
    const { leader } = s.cluster.partition('orders', 0)
    const elsewhere = [0, 1, 2].find((partition) => s.cluster.partition('b', partition).leader !== leader)
    s.cluster.pauseBroker(leader)
    s.send(kilobyte)
    await s.advance(10)
    const abort = new AbortController()
    const large = s.send('y'.repeat(2000), 0, { topic: 'a' }, { signal: abort.signal })
    const gone = new AbortController()
    const behind = [
      s.send('1', elsewhere, { topic: 'b' }, { signal: gone.signal }),
      s.send('2', elsewhere, { topic: 'b' }),
    ]
    await s.advance(10)
    return { s, abort, large, gone, behind }
  }

  it('BUF-06 that gives up leaves what memory there is to the next topic at once', async () => {
    const { s, abort, behind } = await twoTopics()
    expect(states(behind)).toEqual(['pending', 'pending'])
    abort.abort(new Error('enough'))
    await s.until(Promise.all(behind.map(({ promise }) => promise)), 2000)
    s.cluster.resumeBroker(s.cluster.partition('orders', 0).leader)
    await s.end()
  })

  it('BUF-04 keeps its place: what another topic needs is not taken from under it, whatever happens there', async () => {
    const { s, large, gone, behind } = await twoTopics()
    gone.abort(new Error('enough'))
    await s.advance(100)
    expect(states([large, behind[1]!])).toEqual(['pending', 'pending'])
    s.cluster.resumeBroker(s.cluster.partition('orders', 0).leader)
    await s.until(Promise.all([large.promise, behind[1]!.promise]), 2000)
    await s.end()
  })

  it('ACC-04 hurries what lingers: waiting for memory must not wait for lingerMs', async () => {
    const s = stage({
      lingerMs: 30_000,
      batchSize: 1100,
      bufferMemory: 2300,
      deliveryTimeoutMs: 100_000,
      maxWaitingBytes: 100_000,
    })
    const sends = [0, 1, 2, 3].map((partition) => s.send(kilobyte, partition))
    await s.advance(100)
    // The first pairs had to make room; nothing makes the last ones hurry.
    expect(states(sends).slice(0, 2)).toEqual(['resolved', 'resolved'])
    await s.end()
  })

  it('maxWaitingBytes: what may not even wait is refused at once, and says what waits already', async () => {
    const s = await full({ maxWaitingBytes: 4000 })
    const sends = [2, 3, 4, 5].map((partition) => s.send(kilobyte, partition))
    await s.advance(0)
    expect(states(sends)).toEqual(['pending', 'pending', 'BUFFER_EXHAUSTED', 'BUFFER_EXHAUSTED'])
    expect(sends[2]?.error?.message).toContain(
      'no room for the record: 2 sends wait already (maxWaitingBytes = 4000), 100 of 2300 bytes of bufferMemory are free, ',
    )
    const headers = { h: 'x'.repeat(2000) }
    const large = s.send('', 2, { headers })
    await s.advance(0)
    expect(states([large])).toEqual(['BUFFER_EXHAUSTED'])
    s.cluster.resumeBroker(0)
    await s.until(Promise.all(sends.slice(0, 2).map(({ promise }) => promise)))
    await s.until(s.send('there is room again', 2).promise)
    await s.end()
  })
})

describe('trySend', () => {
  it('answers false where send would wait for memory, having taken nothing; ready tells when to go on', async () => {
    const s = await full()
    const record = { topic: 'orders', partition: 2, value: kilobyte }
    let heard = 0
    expect(s.it.trySend(record, () => heard++)).toBe(false)
    // It is no failure: nothing was taken that could fail.
    expect(
      s.it
        .metrics()
        .find(({ name }) => name === 'record-error-total')
        ?.value(),
    ).toBe(0)
    const ready = watch(s.it.ready())
    await s.advance(100)
    expect(ready.state).toBe('pending')
    s.cluster.resumeBroker(0)
    await s.until(ready.promise)
    expect(s.it.trySend(record, () => heard++)).toBe(true)
    await s.end()
    expect(heard).toBe(1)
    expect(s.stored(2)).toHaveLength(1)
  })

  it('ready resolves at once where there is memory', async () => {
    const s = stage()
    await s.it.ready()
    await s.end()
  })

  it('PRD-10 calls back once for each record, in order of the sends, with error or metadata', async () => {
    const s = stage({ lingerMs: 0 })
    const heard: string[] = []
    for (let i = 0; i < 20; i++) {
      s.it.trySend({ topic: 'orders', partition: 0, value: `${i}` }, (error, { offset }) => {
        heard.push(`${i} ${error === null ? offset : error.code}`)
      })
    }
    await s.end()
    expect(heard).toEqual(Array.from({ length: 20 }, (_, i) => `${i} ${i}`))
  })

  it('throws for a record that cannot be sent, and does not call back', async () => {
    const s = stage({ maxRequestSize: 1000 })
    let heard = 0
    const attempt = (): boolean => s.it.trySend({ topic: 'orders', value: kilobyte }, () => heard++)
    expect(attempt).toThrow(expect.objectContaining({ code: 'MESSAGE_TOO_LARGE' }))
    await s.end()
    expect(heard).toBe(0)
  })

  it('needs no callback, and sends all the same', async () => {
    const s = stage()
    expect(s.it.trySend({ topic: 'orders', partition: 1, value: 'a' })).toBe(true)
    await s.end()
    expect(s.stored(1)).toEqual(['a'])
  })

  it('a loop of trySend and ready sends everything with memory for two records', async () => {
    const s = stage({ lingerMs: 0, batchSize: 1100, bufferMemory: 2300 })
    const all = async (): Promise<void> => {
      for (let i = 0; i < 50; i++) {
        while (!s.it.trySend({ topic: 'orders', partition: i % 6, value: `${i} ${kilobyte}` })) await s.it.ready()
      }
    }
    await s.until(all())
    await s.end()
    expect(s.stored()).toHaveLength(50)
  })
})

it('BUF-01 a record that bufferMemory could never hold is refused at once', async () => {
  const s = stage({ bufferMemory: 20_000 })
  const error = await reasonOf(s.it.send({ topic: 'orders', value: 'x'.repeat(20_000) }))
  expect(error).toMatchObject({ code: 'MESSAGE_TOO_LARGE', topic: 'orders' })
  expect(error.message).toMatch(/takes up to \d+ bytes, more than bufferMemory = 20000/)
  await s.end()
})

describe('memory', () => {
  it('ACC-03 a record that waited for it goes into a batch that was opened meanwhile, and takes none', async () => {
    const s = await full()
    const sends = ['a', 'b', 'c'].map((value) => s.send(value, 2))
    s.cluster.resumeBroker(0)
    await s.until(Promise.all(sends.map(({ promise }) => promise)))
    expect(s.cluster.log('orders', 2).map(({ recordCount }) => recordCount)).toEqual([3])
    const free = s.it.metrics().find(({ name }) => name === 'buffer-available-bytes')
    await s.advance(10)
    expect(free?.value()).toBe(2300)
    await s.end()
  })

  it('BUF-08 comes back as much as was taken, also of a batch that a codec made larger, or of one of more than batchSize', async () => {
    const compress = (input: Uint8Array): Uint8Array => {
      const larger = new Uint8Array(input.length * 3)
      larger.set(input)
      return larger
    }
    const inflating = () => ({ name: 'inflating', attribute: 1, compress, decompress: compress }) as const
    const s = stage({ lingerMs: 0, batchSize: 1100, bufferMemory: 20_000, compression: inflating }, { brokers: 1 })
    const free = s.it.metrics().find(({ name }) => name === 'buffer-available-bytes')
    s.cluster.intercept('Produce', { error: 'INVALID_RECORD' })
    s.send(kilobyte, 0)
    s.send(kilobyte.repeat(5), 1)
    await s.until(s.it.partitionsFor('orders'))
    expect(free?.value()).toBeLessThan(20_000 - 1100 - 5000)
    await s.advance(1000)
    expect(free?.value()).toBe(20_000)
    await s.end()
  })

  it('BUF-10 is given to nobody once the producer closes: who waits is told, who comes is refused, what is out comes back', async () => {
    const s = await full()
    const free = s.it.metrics().find(({ name }) => name === 'buffer-available-bytes')
    const waiting = s.send(kilobyte, 2)
    await s.advance(10)
    expect([waiting.state, free?.value()]).toEqual(['pending', 100])
    await s.until(s.it.close({ timeoutMs: 0 }))
    const late = s.send('late', 3)
    s.cluster.resumeBroker(0)
    await s.advance(100)
    expect(states([waiting, late])).toEqual(['PRODUCER_CLOSED', 'PRODUCER_CLOSED'])
    expect(free?.value()).toBe(2300)
    await s.end()
  })
})
