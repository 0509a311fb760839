import type { Codec } from '@posthorn/contracts'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { Stage } from '../support/stage.ts'
import { stage, states } from '../support/stage.ts'

interface LateStage extends Stage {
  /** Answers of the codec that are outstanding, oldest first; `false` makes one a failure. */
  readonly answers: ((succeeds?: boolean) => void)[]
  /** Sends a record to each of `count` partitions. */
  sendToAll(count: number): ReturnType<Stage['send']>[]
}

/** A producer whose codec answers when it is told to. */
async function lateStage(options: Parameters<typeof stage>[0] = {}): Promise<LateStage> {
  const answers: LateStage['answers'] = []
  const codec: Codec = {
    name: 'gzip',
    attribute: 1,
    compress(input) {
      const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
      answers.push((succeeds = true) => {
        if (succeeds) resolve(new Uint8Array(gzipSync(input)))
        else reject(new Error('no memory'))
      })
      return promise
    },
    decompress: (input) => gunzipSync(input),
  }
  const s = stage({ compression: () => codec, lingerMs: 0, ...options }, { brokers: 2, topics: { orders: 12 } })
  const warm = [s.send('warm-up', 0), s.send('warm-up', 1)]
  await s.advance(100)
  for (const answer of answers.splice(0)) answer()
  await s.until(Promise.all(warm.map(({ promise }) => promise)))
  return { ...s, answers, sendToAll: (count) => Array.from({ length: count }, (_, i) => s.send(`record ${i}`, i)) }
}

describe('a codec that answers later', () => {
  it('has four batches at a time, and the next one for each that it answers; nothing spins meanwhile', async () => {
    const s = await lateStage()
    const sends = s.sendToAll(12)
    await s.advance(10)
    for (let answered = 0; answered < 12; answered++) {
      expect(s.answers).toHaveLength(Math.min(4, 12 - answered))
      const before = s.passes.runs
      await s.advance(100)
      expect(s.passes.runs - before, 'passes while the codec is at work').toBeLessThanOrEqual(2)
      s.answers.shift()?.(answered % 3 !== 2)
      await s.advance(10)
    }
    const failed = states(sends).filter((state) => state === 'COMPRESSION_FAILED')
    expect([failed.length, states(sends).filter((state) => state === 'resolved').length]).toEqual([4, 8])
    await s.end()
  })

  it('has the next one, too, for a batch that expired before it was answered', async () => {
    const s = await lateStage({ requestTimeoutMs: 500, deliveryTimeoutMs: 1000 })
    const early = s.sendToAll(4)
    await s.advance(700)
    const late = [4, 5, 6, 7].map((partition) => s.send('late', partition))
    await s.advance(400)
    expect(states([...early, ...late])).toEqual([
      ...Array<string>(4).fill('DELIVERY_TIMEOUT'),
      ...Array<string>(4).fill('pending'),
    ])
    expect(s.answers).toHaveLength(4)
    for (const answer of s.answers.splice(0)) answer()
    await s.advance(0)
    expect(s.answers).toHaveLength(4)
    for (const answer of s.answers.splice(0)) answer()
    await s.end()
    expect(states(late)).toEqual(Array(4).fill('resolved'))
  })

  it('keeps nobody from sending what is compressed already', async () => {
    const s = await lateStage({ retryBackoffMs: 50, retryBackoffMaxMs: 50 })
    s.cluster.intercept('Produce', { error: 'NOT_ENOUGH_REPLICAS' }, { times: 1 })
    const [first] = s.sendToAll(6)
    await s.advance(10)
    s.answers.shift()?.()
    await s.advance(10)
    expect([first?.state, s.answers.length]).toEqual(['pending', 4])
    await s.advance(100)
    expect([first?.state, s.answers.length]).toEqual(['resolved', 4])
    for (let round = 0; round < 3; round++) {
      for (const answer of s.answers.splice(0)) answer()
      await s.advance(10)
    }
    await s.end()
  })
})
