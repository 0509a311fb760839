import type { ProduceResponse, ProduceResponsePartition } from '@posthorn/protocol'
import { errorCode } from '@posthorn/protocol'
import { describe, expect, it } from 'vitest'
import { stage, states } from '../support/stage.ts'

type Change = (partition: ProduceResponsePartition) => ProduceResponsePartition | null

/** Changes the answers of single partitions; null leaves one out. */
function changing(change: Change): { change: never } {
  const apply = (answer: ProduceResponse): ProduceResponse => ({
    ...answer,
    topics: answer.topics.map((topic) => ({
      ...topic,
      partitions: topic.partitions.map(change).filter((each) => each !== null),
    })),
  })
  return { change: apply as never }
}

describe('the answer to a produce request', () => {
  it('PRQ-01 RSP-03 is for each partition on its own: the error of one does not touch the others', async () => {
    const s = stage({ lingerMs: 10 }, { brokers: 1 })
    s.cluster.intercept(
      'Produce',
      changing((it) => (it.index === 1 ? { ...it, errorCode: errorCode('TOPIC_AUTHORIZATION_FAILED') } : it)),
    )
    const sends = [0, 1, 2].map((partition) => s.send(`${partition}`, partition))
    await s.advance(1000)
    expect(states(sends)).toEqual(['resolved', 'TOPIC_AUTHORIZATION_FAILED', 'resolved'])
    expect(s.requests().filter((name) => name === 'Produce')).toHaveLength(1)
    await s.end()
  })

  it('without a word on a partition is a failed attempt for it, and for it alone', async () => {
    const s = stage({ lingerMs: 10, retries: 0 }, { brokers: 1 })
    s.cluster.intercept(
      'Produce',
      changing((it) => (it.index === 1 ? null : it)),
    )
    const sends = [0, 1, 2].map((partition) => s.send(`${partition}`, partition))
    await s.advance(1000)
    expect(states(sends)).toEqual(['resolved', 'MALFORMED_RESPONSE', 'resolved'])
    expect(sends[1]?.error).toMatchObject({ maybePersisted: true, partition: 1 })
    await s.end()
  })

  it('about a partition that nobody asked for is passed over', async () => {
    const s = stage({ lingerMs: 10 }, { brokers: 1 })
    s.cluster.intercept('Produce', {
      change: (answer: ProduceResponse) => ({
        ...answer,
        topics: answer.topics.map((topic) => ({
          ...topic,
          partitions: [...topic.partitions, { ...topic.partitions[0]!, index: 5, errorCode: 29 }],
        })),
      }),
    })
    await s.until(s.send('a').promise)
    await s.end()
    expect(s.logger.errors).toEqual([])
  })

  it('RSP-20 with errors of single records fails those with their reasons, and the others because of them', async () => {
    const s = stage({ lingerMs: 10, retries: 0 }, { brokers: 1 })
    const refusal = (batchIndexes: number[]): { change: never } =>
      changing((it) => ({
        ...it,
        errorCode: errorCode('INVALID_RECORD'),
        errorMessage: 'the batch is bad',
        recordErrors: batchIndexes.map((batchIndex) => ({
          batchIndex,
          message: batchIndex === 2 ? null : `record ${batchIndex} has no key`,
        })),
      }))
    s.cluster.intercept('Produce', refusal([1, 2]), { times: 1 })
    const sends = ['a', 'b', 'c', 'd'].map((value) => s.send(value))
    await s.advance(1000)
    expect(states(sends)).toEqual(['INVALID_RECORD', 'INVALID_RECORD', 'INVALID_RECORD', 'INVALID_RECORD'])
    expect(sends.map(({ error }) => error?.message)).toEqual([
      'the record was in a batch with 2 invalid record(s)',
      'record 1 has no key',
      'the batch is bad',
      'the record was in a batch with 2 invalid record(s)',
    ])
    expect(sends[0]?.error).toMatchObject({ topic: 'orders', partition: 0, cause: { code: 'INVALID_RECORD' } })
    await s.end()
  })

  it('RSP-20 with one such error gives it the batch’s own code', async () => {
    const s = stage({ lingerMs: 10, retries: 0 }, { brokers: 1 })
    s.cluster.intercept(
      'Produce',
      changing((it) => ({
        ...it,
        errorCode: errorCode('INVALID_TIMESTAMP'),
        recordErrors: [{ batchIndex: 1, message: 'too old' }],
      })),
    )
    const sends = ['a', 'b'].map((value) => s.send(value))
    await s.advance(1000)
    expect(sends[1]?.error).toMatchObject({ code: 'INVALID_TIMESTAMP', message: 'too old' })
    await s.end()
  })

  it('RSP-21 names topics by the ids that the request carried, whatever metadata knows by then', async () => {
    const s = stage({ lingerMs: 0, metadataMaxAgeMs: 1000, metadataMaxIdleMs: 5000 })
    await s.until(Promise.all([0, 1, 2].map((partition) => s.send('warm', partition).promise)))
    s.cluster.intercept('Produce', { delayAfterMs: 20_000 }, { times: 1 })
    const slow = s.send('once')
    await s.advance(15_000)
    // Nobody used the topic for long: metadata has forgotten it while the request was out.
    expect(s.cluster.history.filter(({ apiName }) => apiName === 'Metadata').at(-1)?.topics).toEqual([])
    await s.until(slow.promise, 10_000)
    expect(s.stored(0)).toEqual(['warm', 'once'])
    await s.end()
  })

  it('that nobody can read ends the connection, and the batches are sent again', async () => {
    for (const send of ['garbage', 'partial'] as const) {
      const s = stage({ lingerMs: 0 })
      await s.until(s.send('warm').promise)
      s.cluster.intercept('Produce', { send }, { times: 1 })
      await s.until(s.send('a').promise, 10_000)
      await s.end()
    }
  })
})
