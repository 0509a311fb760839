import type { Checksum, Interceptor } from '@posthorn/contracts'
import { crc32c } from '@posthorn/protocol'
import { describe, expect, it } from 'vitest'
import type { Stage } from '../support/stage.ts'
import { stage, states } from '../support/stage.ts'

const PARTITIONS = 6
const EACH = 1000

interface Told {
  /** Passes that had begun. */
  readonly pass: number
  readonly atMs: number
  readonly partition: number
  /** Its place among the records of its partition. */
  readonly at: number
  readonly code: string | null
}

interface FullStage extends Stage {
  /** Outcomes in the order in which they were told. */
  readonly told: Told[]
  /** Sends so many records to each partition, by `trySend`, each with a callback of its own. */
  fill(each?: number): void
}

/** A producer whose one broker gets the records of all partitions in one request, and answers them in one. */
async function fullStage(
  options: Parameters<typeof stage>[0] = {},
  onTold: (s: FullStage, told: Told) => void = () => {},
): Promise<FullStage> {
  const told: Told[] = []
  const at = { lingerMs: 10, batchSize: 65_536 }
  const s = stage({ ...at, ...options }, { brokers: 1, topics: { orders: PARTITIONS + 1 } })
  await s.until(Promise.all(Array.from({ length: PARTITIONS }, (_, i) => s.send('warm-up', i).promise)))
  const fill = (each = EACH): void => {
    for (let partition = 0; partition < PARTITIONS; partition++) {
      for (let index = 0; index < each; index++) {
        const sent = s.it.trySend({ topic: 'orders', partition, value: `${index}` }, (error) => {
          const code = error?.code ?? null
          const one = { pass: s.passes.runs, atMs: s.clock.now(), partition, at: index, code }
          told.push(one)
          onTold(full, one)
        })
        expect(sent).toBe(true)
      }
    }
  }
  const full = { ...s, told, fill }
  return full
}

/** Numbers of records that were told between one pass and the next. */
function slicesOf(told: readonly Told[]): number[] {
  return [...Map.groupBy(told, ({ pass }) => pass).values()].map((each) => each.length)
}

describe('an answer about thousands of records', () => {
  it('is told in slices, one in each turn, at one and the same time, and in order', async () => {
    const s = await fullStage()
    const produced = s.requests().filter((name) => name === 'Produce').length
    s.fill()
    await s.end()
    expect(s.requests().filter((name) => name === 'Produce')).toHaveLength(produced + 1)
    expect(slicesOf(s.told)).toEqual([2 * EACH, 2 * EACH, 2 * EACH])
    expect(new Set(s.told.map(({ atMs }) => atMs)).size).toBe(1)
    const places = s.told.map(({ partition, at }) => partition * EACH + at)
    expect(places).toEqual(Array.from(places.keys()))
  })

  it('tells promises so too', async () => {
    const s = await fullStage()
    const passes: number[] = []
    for (let i = 0; i < 4 * EACH; i++) {
      void s.send('x', i % 4).promise.then(() => passes.push(s.passes.runs))
    }
    await s.end()
    expect([...Map.groupBy(passes, (pass) => pass).values()].map((each) => each.length)).toEqual([2 * EACH, 2 * EACH])
  })

  it('is told in larger slices where the records share a callback, unless interceptors watch them', async () => {
    const watching = <K, V>(): Interceptor<K, V> => ({
      name: 'watching',
      watches: () => true,
      onAcknowledgement: () => {},
    })
    for (const [interceptors, slices] of [
      [[], [5 * EACH, EACH]],
      [[watching], [2 * EACH, 2 * EACH, 2 * EACH]],
    ] as const) {
      const s = await fullStage({ interceptors })
      const passes: number[] = []
      const callback = (): void => void passes.push(s.passes.runs)
      for (let i = 0; i < PARTITIONS * EACH; i++) {
        s.it.trySend({ topic: 'orders', partition: i % PARTITIONS, value: 'x' }, callback)
      }
      await s.end()
      expect([...Map.groupBy(passes, (pass) => pass).values()].map((each) => each.length)).toEqual(slices)
    }
  })

  it('is told at once when it is about few', async () => {
    const s = await fullStage()
    s.fill(100)
    await s.end()
    expect(slicesOf(s.told)).toEqual([PARTITIONS * 100])
  })

  it('counts large records by their bytes', async () => {
    const s = await fullStage({ batchSize: 1_048_576, maxRequestSize: 8_388_608, bufferMemory: 16_777_216 })
    const passes: number[] = []
    for (let i = 0; i < PARTITIONS * 9; i++) {
      void s.send('x'.repeat(102_400), i % PARTITIONS).promise.then(() => passes.push(s.passes.runs))
    }
    await s.end()
    // 900 KiB each: one in a turn.
    expect([...Map.groupBy(passes, (pass) => pass).values()].map((each) => each.length)).toEqual([9, 9, 9, 9, 9, 9])
  })

  it('lets what was sent in between go out with every other slice', async () => {
    const toldAtRequest: number[] = []
    const hooks = { name: 'sees', onRequest: () => void toldAtRequest.push(s.told.length) }
    const s = await fullStage({ lingerMs: 0, hooks: [() => hooks] }, ({ it, told }) => {
      if (told.length === 1) it.trySend({ topic: 'orders', partition: 0, value: 'more' }, () => {})
    })
    // One partition in each turn.
    s.fill(2 * EACH)
    await s.advance(100)
    await s.end()
    expect(toldAtRequest.slice(-2)).toEqual([0, 4 * EACH])
    expect(s.stored(0).at(-1)).toBe('more')
  })

  it('RSP-03 tells failures in slices too', async () => {
    const s = await fullStage({ retries: 0 })
    s.cluster.intercept('Produce', { error: 'TOPIC_AUTHORIZATION_FAILED' }, { times: 1 })
    s.fill()
    await s.end()
    expect(slicesOf(s.told)).toEqual([2 * EACH, 2 * EACH, 2 * EACH])
    expect(new Set(s.told.map(({ code }) => code))).toEqual(new Set(['TOPIC_AUTHORIZATION_FAILED']))
  })

  it('is told as it is when the producer is closed by force in between: nothing that was stored fails', async () => {
    const closings: ReturnType<Stage['it']['close']>[] = []
    const s = await fullStage({}, ({ it, told }) => {
      if (told.length === 1) closings.push(it.close({ timeoutMs: 0 }))
    })
    s.fill()
    await s.clock.runUntilIdle()
    expect(await closings[0]).toEqual({ acknowledged: PARTITIONS * EACH, failed: 0, abandoned: 0 })
    expect(s.told.filter(({ code }) => code !== null)).toEqual([])
    await s.end()
  })

  it('is told as it is when deliveryTimeoutMs is over in between', async () => {
    const times = { requestTimeoutMs: 500, deliveryTimeoutMs: 600 }
    const s = await fullStage(times, ({ told, passes }) => {
      if (told.length === 1) passes.spend(10_000)
    })
    s.fill()
    await s.end()
    expect(s.told).toHaveLength(PARTITIONS * EACH)
    expect(s.told.filter(({ code }) => code !== null)).toEqual([])
  })

  it('NET-05 is told before requests that were sent later fail, when the connection ends in between', async () => {
    const s = await fullStage({ retries: 0 }, ({ cluster, told }) => {
      if (told.length === 1) cluster.cutConnections()
    })
    let produced = 0
    s.cluster.intercept('Produce', () => ({ delayAfterMs: produced++ === 0 ? 100 : 1000 }))
    s.fill()
    await s.advance(20)
    const later: [string | undefined, number][] = []
    s.it.trySend({ topic: 'orders', partition: PARTITIONS, value: 'later' }, (error) => {
      later.push([error?.code, s.told.length])
    })
    await s.end()
    expect(later).toEqual([['NETWORK_EXCEPTION', PARTITIONS * EACH]])
    expect(s.told.filter(({ code }) => code !== null)).toEqual([])
  })

  it('does not hold up a flush', async () => {
    const s = await fullStage({ lingerMs: 60_000, deliveryTimeoutMs: 120_000 })
    s.fill()
    await s.until(s.it.flush())
    expect(s.told).toHaveLength(PARTITIONS * EACH)
    await s.end()
  })

  it('is told in slices with acks 0', async () => {
    const s = await fullStage({ acks: 0 })
    s.fill()
    await s.end()
    expect(slicesOf(s.told)).toEqual([2 * EACH, 2 * EACH, 2 * EACH])
  })
})

describe('a checksum that holds up the event loop', () => {
  it('has 2 ms in a pass, as a codec has: the other batches wait for the next passes', async () => {
    const passes: number[] = []
    let slow = false
    const checksum: Checksum = {
      crc32c(bytes, seed) {
        if (slow && seed === undefined) {
          passes.push(s.passes.runs)
          s.passes.spend(1)
        }
        return crc32c.crc32c(bytes, seed)
      },
    }
    const s = stage({ checksum: () => checksum, lingerMs: 10 }, { brokers: 1, topics: { orders: PARTITIONS } })
    await s.until(s.send('warm-up').promise)
    slow = true
    const sends = Array.from({ length: PARTITIONS }, (_, i) => s.send('x', i))
    await s.end()
    expect(states(sends)).toEqual(Array(PARTITIONS).fill('resolved'))
    expect([...Map.groupBy(passes, (pass) => pass).values()].map((each) => each.length)).toEqual([2, 2, 2])
  })
})
