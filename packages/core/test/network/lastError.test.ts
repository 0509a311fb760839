import { describe, expect, it } from 'vitest'
import { stage } from '../support/stage.ts'

const unknown = { brokers: 1, topics: {}, autoCreateTopics: false }

describe('the cause of a wait for metadata that ends in vain', () => {
  it('is why no connection came about', async () => {
    const s = stage({ maxBlockMs: 2000 }, { brokers: 1 })
    s.cluster.stopBroker(0)
    const sent = s.send('a')
    await s.advance(2001)
    expect(sent.error).toMatchObject({ code: 'METADATA_TIMEOUT', cause: { code: 'CONNECTION_FAILED' } })
    await s.end()
  })

  it('is none that a connection has come about since', async () => {
    const s = stage({ maxBlockMs: 2000 }, unknown)
    s.cluster.stopBroker(0)
    const early = s.send('a')
    await s.advance(1000)
    await s.cluster.startBroker(0)
    await s.advance(1500)
    expect(early.error?.cause).toMatchObject({ code: 'UNKNOWN_TOPIC_OR_PARTITION' })
    // Connected, and then nothing but silence.
    s.cluster.pauseBroker(0)
    const late = s.it.send({ topic: 'another', value: 'b' })
    const error = await s.until(
      late.then(
        () => null,
        (reason: unknown) => reason as Error,
      ),
    )
    expect(error).toMatchObject({ code: 'METADATA_TIMEOUT' })
    expect(error?.cause).toBeUndefined()
    s.cluster.resumeBroker(0)
    await s.end()
  })
})
