import type { Codec } from '@posthorn/contracts'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { stage, states } from '../support/stage.ts'

type Compress = Codec['compress']

function gzip(compress: Compress): () => Codec {
  return () => ({ name: 'gzip', attribute: 1, compress, decompress: (input) => gunzipSync(input) })
}

/** The result in the room that was lent, where it fits. */
function into(room: Uint8Array | undefined, input: Uint8Array): Uint8Array {
  const result = gzipSync(input)
  if (room === undefined || room.length < result.length) return new Uint8Array(result)
  room.set(result)
  return room.subarray(0, result.length)
}

const partitions = [0, 1, 2, 3, 4, 5]

/** Batches of 1,000 bytes, each of which waits for the one before it in its partition. */
const small = { lingerMs: 0, batchSize: 1000, maxInFlightRequestsPerConnection: 1 } as const

describe('room that a codec is lent for its result', () => {
  it('is not lent again before its batch has its outcome, also when that is sent again', async () => {
    const rooms: (Uint8Array | undefined)[] = []
    const s = stage({
      ...small,
      compression: gzip((input, room) => {
        rooms.push(room)
        return into(room, input)
      }),
    })
    s.cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS' }, { times: 3 })
    const sends = [1, 2, 3, 4].flatMap((round) => partitions.map((p) => s.send(`${round} in ${p} `.repeat(120), p)))
    await s.end()
    expect(new Set(states(sends))).toEqual(new Set(['resolved']))
    for (const p of partitions) expect(s.stored(p)).toEqual([1, 2, 3, 4].map((n) => `${n} in ${p} `.repeat(120)))
    expect(rooms).toHaveLength(24)
    expect(new Set(rooms).size, 'rooms that were made').toBeLessThan(24)
  })

  it('is lent to the next batch at once when the codec left it alone', async () => {
    const rooms = new Set<Uint8Array | undefined>()
    const compress: Compress = (input, room) => {
      rooms.add(room)
      return new Uint8Array(gzipSync(input))
    }
    const s = stage({ ...small, compression: gzip(compress) })
    for (const p of partitions) s.send('v'.repeat(300), p)
    await s.end()
    expect(rooms.size).toBe(1)
  })

  it('is lent to one batch at a time after results that did not fit', async () => {
    const rooms: (Uint8Array | undefined)[] = []
    const compress: Compress = (input, room) => {
      rooms.push(room)
      return into(rooms.length <= partitions.length ? undefined : room, input)
    }
    const s = stage({ ...small, compression: gzip(compress) })
    for (const p of partitions) s.send(`first ${p}`, p)
    await s.advance(1000)
    for (const p of partitions) s.send(`second ${p}`, p)
    await s.end()
    expect(new Set(rooms.slice(partitions.length)).size).toBe(partitions.length)
    expect(partitions.map((p) => s.stored(p))).toEqual(partitions.map((p) => [`first ${p}`, `second ${p}`]))
  })

  it('is not given to more batches than an eighth of bufferMemory holds, nor to a large one', async () => {
    const lengths: (number | undefined)[] = []
    const compress: Compress = (input, room) => {
      lengths.push(room?.length)
      return into(room, input)
    }
    const s = stage({ ...small, bufferMemory: 8 * 1000, compression: gzip(compress) })
    for (const p of [0, 1, 2]) s.send('v'.repeat(300), p)
    await s.advance(1000)
    s.send('v'.repeat(2000))
    await s.end()
    expect(lengths).toEqual([1000, undefined, undefined, undefined])
    expect(s.stored(1)).toEqual(['v'.repeat(300)])
  })

  it('is kept from others while a codec that answers later is at it, even if the batch expires', async () => {
    const wait = Promise.withResolvers<null>()
    const rooms: (Uint8Array | undefined)[] = []
    const compress: Compress = async (input, room) => {
      if (rooms.push(room) === 1) await wait.promise
      return into(room, input)
    }
    const times = { requestTimeoutMs: 500, deliveryTimeoutMs: 500 }
    const s = stage({ ...small, ...times, compression: gzip(compress) })
    const slow = s.send('slow', 0)
    await s.advance(600)
    expect(slow.error).toMatchObject({ code: 'DELIVERY_TIMEOUT' })
    await s.until(s.send('next', 1).promise)
    expect(rooms[1]).not.toBe(rooms[0])
    wait.resolve(null)
    await s.advance(10)
    await s.until(s.send('last', 1).promise)
    await s.end()
    expect(rooms[2]).toBe(rooms[0])
    expect([s.stored(0), s.stored(1)]).toEqual([[], ['next', 'last']])
  })

  it('goes back when the codec fails', async () => {
    const rooms: (Uint8Array | undefined)[] = []
    const compress: Compress = (input, room) => {
      if (rooms.push(room) % 2 === 1) throw new Error('disk full')
      return into(room, input)
    }
    const s = stage({ ...small, bufferMemory: 8 * 1000, compression: gzip(compress) })
    for (let i = 0; i < 6; i++) {
      s.send(`${i}`)
      await s.advance(100)
    }
    await s.end()
    expect(rooms[0]).toBeDefined()
    expect(new Set(rooms).size).toBe(1)
    expect(s.stored(0)).toEqual(['1', '3', '5'])
  })
})
