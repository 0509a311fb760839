import { describe, expect, it } from 'vitest'
import { reasonOf } from '../support/outcome.ts'
import { stage, states } from '../support/stage.ts'

describe('bad input to a producer in use', () => {
  it('is refused one by one, each with its code, and what is good arrives', async () => {
    const s = stage(
      {
        lingerMs: 0,
        maxBlockMs: 2000,
        maxRequestSize: 2000,
        valueSerializer: () => ({
          name: 'picky',
          serialize: (_topic, value) => {
            if (value === 'bad') throw new Error('not this one')
            return value
          },
        }),
      },
      { autoCreateTopics: false },
    )
    const good = [s.send('good 1', 0), s.send('good 2', 1)]
    const bad = [
      s.send('a', 0, { topic: 'nowhere' }),
      s.send('a', 99),
      s.send('x'.repeat(3000)),
      s.send('bad'),
      s.send('a', 0, { topic: 'no such topic!' }),
      s.send('a', 0, { topic: undefined as never }),
      s.send('a', 0, { headers: 5 as never }),
      s.send({} as never),
    ]
    await s.advance(2001)
    expect(states(bad)).toEqual([
      'METADATA_TIMEOUT',
      'METADATA_TIMEOUT',
      'MESSAGE_TOO_LARGE',
      'SERIALIZATION_FAILED',
      'INVALID_TOPIC_EXCEPTION',
      'INVALID_ARGUMENT',
      'INVALID_ARGUMENT',
      'SERIALIZATION_FAILED',
    ])
    expect(states(good)).toEqual(['resolved', 'resolved'])
    await s.until(s.send('good 3').promise)
    await s.end()
    expect((await reasonOf(s.it.send({ topic: 'orders', value: 'late' }))).code).toBe('PRODUCER_CLOSED')
  })

  it('that is no record is refused with what it is', async () => {
    const s = stage()
    for (const [given, received] of [
      [null, 'null'],
      [undefined, 'nothing'],
      ['text', '"text"'],
      [5, '5'],
    ]) {
      expect(await reasonOf(s.it.send(given as never))).toMatchObject({
        code: 'INVALID_ARGUMENT',
        message: `record: expected an object, received ${received}`,
      })
    }
    await s.end()
  })

  it('topic names: what Kafka allows is taken, anything else is refused at once', async () => {
    const s = stage({}, { autoCreateTopics: true })
    for (const topic of ['', '.', '..', 'a b', 'é', 'x'.repeat(250), 'a/b']) {
      const error = await reasonOf(s.it.send({ topic, value: 'a' }))
      expect(error).toMatchObject({ code: 'INVALID_TOPIC_EXCEPTION' })
      expect(error.message).toMatch(/^topic: expected 1 to 249 characters of \[a-zA-Z0-9._-\], received "/)
    }
    await s.until(
      Promise.all(['a', 'A.b_c-9', 'x'.repeat(249)].map((topic) => s.it.send({ topic, value: 'a' }))),
      10_000,
    )
    await s.end()
  })

  it('PRD-08 REC-12 a record over maxRequestSize names its size and the limit; one under it goes', async () => {
    const s = stage({ maxRequestSize: 1000 })
    const error = await reasonOf(s.it.send({ topic: 'orders', value: 'x'.repeat(1000), key: 'k' }))
    expect(error).toMatchObject({ name: 'RecordError', code: 'MESSAGE_TOO_LARGE', topic: 'orders', retriable: false })
    expect(error.message).toMatch(
      /^the record for topic orders takes up to 10\d\d bytes, more than maxRequestSize = 1000$/,
    )
    await s.until(s.send('x'.repeat(900)).promise)
    await s.end()
  })
})
