import type { Codec } from '@posthorn/contracts'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { Stage } from '../support/stage.ts'
import { stage, states } from '../support/stage.ts'

interface Compressed {
  /** Passes that had begun. */
  readonly pass: number
  /** The cluster's time, in which compressing takes none. */
  readonly atMs: number
  /** The partition that the batch's records name. */
  readonly partition: number
}

interface SlowStage extends Stage {
  /** What was compressed, in order. */
  readonly compressed: Compressed[]
  /** Partitions whose batches cannot be compressed. */
  readonly broken: Set<number>
  /** Sends a record to each partition. */
  sendToAll(): ReturnType<Stage['send']>[]
}

const PARTITIONS = 12

/** A producer that is connected to every broker and whose codec holds it up for `ms` with each batch. */
async function slowStage(ms: number, options: Parameters<typeof stage>[0] = {}): Promise<SlowStage> {
  const compressed: Compressed[] = []
  const broken = new Set<number>()
  const codec: Codec = {
    name: 'gzip',
    attribute: 1,
    compress(input) {
      const partition = Number(/partition (\d+)/.exec(Buffer.from(input).toString())?.[1])
      compressed.push({ pass: s.passes.runs, atMs: s.clock.now(), partition })
      s.passes.spend(ms)
      if (partition >= 0 && broken.has(partition)) throw new Error('no memory')
      return new Uint8Array(gzipSync(input))
    },
    decompress: (input) => gunzipSync(input),
  }
  const s = stage(
    { compression: () => codec, lingerMs: 10, ...options },
    { brokers: 3, topics: { orders: PARTITIONS } },
  )
  await s.until(Promise.all([0, 1, 2].map((partition) => s.send('warm-up', partition).promise)))
  compressed.length = 0
  const sendToAll = (): ReturnType<Stage['send']>[] =>
    Array.from({ length: PARTITIONS }, (_, i) => s.send(`partition ${i}`, i))
  return { ...s, compressed, broken, sendToAll }
}

/** What each pass compressed. */
function passesOf({ compressed }: SlowStage): readonly (readonly Compressed[])[] {
  return [...Map.groupBy(compressed, ({ pass }) => pass).values()]
}

describe('a codec that holds up the event loop', () => {
  it('has 2 ms in a pass: the other batches wait for the next passes, with each broker in its turn', async () => {
    const s = await slowStage(1.5)
    const sends = s.sendToAll()
    await s.end()
    expect(new Set(states(sends))).toEqual(new Set(['resolved']))
    const leaders = passesOf(s).map((each) => each.map(({ partition }) => partition % 3))
    expect(leaders.map((each) => [each.length, new Set(each).size])).toEqual(Array.from({ length: 6 }, () => [2, 1]))
    const turns = leaders.map(([leader]) => leader)
    expect(new Set(turns.slice(0, 3)).size).toBe(3)
    expect(turns.slice(3)).toEqual(turns.slice(0, 3))
  })

  it('compresses one batch in a pass when one takes longer than that', async () => {
    const s = await slowStage(50)
    s.sendToAll()
    await s.end()
    expect(passesOf(s).map((each) => each.length)).toEqual(Array(PARTITIONS).fill(1))
  })

  it('costs no further pass when it is quick', async () => {
    const s = await slowStage(0)
    s.sendToAll()
    await s.end()
    expect(passesOf(s)).toHaveLength(1)
  })

  it('makes nothing wait that follows: the next pass comes at once, also when nothing could be sent', async () => {
    const s = await slowStage(50)
    for (let partition = 0; partition < PARTITIONS; partition++) s.broken.add(partition)
    const sends = s.sendToAll()
    await s.advance(11)
    expect(states(sends)).toEqual(Array(PARTITIONS).fill('COMPRESSION_FAILED'))
    expect(passesOf(s)).toHaveLength(PARTITIONS)
    expect(new Set(s.compressed.map(({ atMs }) => atMs)).size).toBe(1)
    await s.end()
  })

  it('lets input in between passes: what is sent meanwhile goes into batches that wait', async () => {
    const s = await slowStage(2, { lingerMs: 0 })
    s.sendToAll()
    const sentMore = Promise.withResolvers<null>()
    s.clock.schedule(0, function look() {
      if (s.compressed.length < 3) return void s.clock.schedule(0, look)
      for (let partition = 0; partition < PARTITIONS; partition++) s.send('more', partition)
      sentMore.resolve(null)
    })
    await s.until(sentMore.promise)
    const begun = s.compressed.map(({ partition }) => partition)
    await s.end()
    expect(begun.length).toBeLessThan(PARTITIONS)
    for (let partition = 0; partition < PARTITIONS; partition++) {
      expect(s.stored(partition).filter((value) => value !== 'warm-up')).toEqual([`partition ${partition}`, 'more'])
      const batches = s.cluster.log('orders', partition).length - (partition < 3 ? 1 : 0)
      expect(batches, `batches of partition ${partition}`).toBe(begun.includes(partition) ? 2 : 1)
    }
  })

  it('ACC-19 keeps no flush waiting for ever: it goes through everything', async () => {
    const s = await slowStage(5, { lingerMs: 60_000, deliveryTimeoutMs: 120_000 })
    const sends = s.sendToAll()
    await s.until(s.it.flush())
    expect(new Set(states(sends))).toEqual(new Set(['resolved']))
    expect(passesOf(s)).toHaveLength(PARTITIONS)
    await s.end()
  })

  it('takes nothing from deliveryTimeoutMs: what waits for its turn expires when the time is over', async () => {
    const times = { lingerMs: 0, requestTimeoutMs: 500, deliveryTimeoutMs: 500 }
    const s = await slowStage(150, times)
    const sends = s.sendToAll()
    await s.end()
    const seen = states(sends)
    expect(new Set(seen)).toEqual(new Set(['resolved', 'DELIVERY_TIMEOUT']))
    // Four have begun before 500 ms are over.
    expect(s.compressed).toHaveLength(4)
  })

  it('does not keep back what is compressed already: a second attempt needs none of the pass’s time', async () => {
    const s = await slowStage(2, { lingerMs: 0, retryBackoffMs: 0, retryBackoffMaxMs: 0 })
    s.cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS' }, { times: 1 })
    const sends = s.sendToAll()
    await s.until(sends[0]!.promise)
    expect(s.compressed[0]?.partition).toBe(0)
    // Others still wait for their first.
    expect(s.compressed.length).toBeLessThan(PARTITIONS)
    await s.end()
  })
})
