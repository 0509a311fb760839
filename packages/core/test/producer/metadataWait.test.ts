import { describe, expect, it } from 'vitest'
import { watch } from '../support/outcome.ts'
import { stage, states } from '../support/stage.ts'

describe('a send to a topic that is not known yet', () => {
  it('PRD-01 waits, and its successors of the topic wait behind it, in order', async () => {
    const s = stage({ lingerMs: 0 })
    const sends = Array.from({ length: 10 }, (_, i) => s.send(`${i}`))
    expect(s.cluster.history).toHaveLength(0)
    await s.until(Promise.all(sends.map(({ promise }) => promise)))
    expect(s.stored(0)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
    await s.end()
  })

  it('PRD-03 waits and asks for nothing once topic and partition are known', async () => {
    const s = stage({ lingerMs: 0 })
    await s.until(s.send('a').promise)
    s.cluster.clearHistory()
    await s.until(s.send('b', 5).promise)
    expect(s.requests()).toEqual(['Produce'])
    await s.end()
  })

  it('MDT-04 asks for a new topic at once, however recent the last answer is, and for it alone', async () => {
    const s = stage(
      { lingerMs: 0, retryBackoffMs: 10_000, retryBackoffMaxMs: 10_000 },
      { topics: { orders: 1, bills: 1 } },
    )
    await s.until(s.send('a').promise)
    const start = s.clock.now()
    await s.until(s.send('b', 0, { topic: 'bills' }).promise)
    expect(s.clock.now() - start).toBeLessThan(100)
    const asked = s.cluster.history.filter(({ apiName }) => apiName === 'Metadata').map(({ topics }) => topics)
    expect(asked).toEqual([['orders'], ['bills']])
    await s.end()
  })

  it('PRD-04 fails after maxBlockMs with the topic, the time, and why: no such topic, and none is created', async () => {
    const s = stage({ maxBlockMs: 3000 }, { autoCreateTopics: false })
    const sent = s.send('a', 0, { topic: 'ordrs' })
    await s.advance(2999)
    expect(sent.state).toBe('pending')
    await s.advance(2)
    expect(sent.error).toMatchObject({
      name: 'TimeoutError',
      code: 'METADATA_TIMEOUT',
      topic: 'ordrs',
      retriable: true,
      cause: { code: 'UNKNOWN_TOPIC_OR_PARTITION' },
    })
    expect(sent.error?.message).toMatch(/no metadata of topic ordrs within 3000 ms \(maxBlockMs\): /)
    expect(s.cluster.topics).toEqual(['orders'])
    await s.end()
  })

  it('PRD-04 PRT-01 waits for a partition that is not there yet, and fails with the number that there is', async () => {
    const s = stage({ maxBlockMs: 2000 })
    const sent = s.send('a', 6)
    await s.advance(2001)
    expect(sent.error).toMatchObject({ code: 'METADATA_TIMEOUT', topic: 'orders', partition: 6 })
    expect(sent.error?.message).toBe(
      'topic orders has 6 partitions, partition 6 did not appear within 2000 ms (maxBlockMs)',
    )
    await s.end()
  })

  it('PRT-01 goes on when the partition appears in time', async () => {
    const s = stage({ metadataMaxAgeMs: 500 }, { topics: { orders: 2 } })
    await s.until(s.send('a').promise)
    const sent = s.send('b', 3)
    await s.advance(400)
    s.cluster.deleteTopic('orders')
    s.cluster.createTopic('orders', 4)
    await s.until(sent.promise, 5000)
    expect(s.stored(3)).toEqual(['b'])
    await s.end()
  })

  it('MDT-14 PRD-05 fails at once when the cluster refuses the topic for good; the next send asks afresh', async () => {
    const s = stage()
    s.cluster.intercept('Metadata', { error: 'TOPIC_AUTHORIZATION_FAILED' }, { times: 1 })
    const refused = [s.send('a'), s.send('b')]
    await s.advance(100)
    expect(states(refused)).toEqual(['TOPIC_AUTHORIZATION_FAILED', 'TOPIC_AUTHORIZATION_FAILED'])
    await s.until(s.send('c').promise, 1000)
    expect(s.stored()).toEqual(['c'])
    await s.end()
  })

  it('MDT-14 is asked for afresh also when the send comes from the callback of one that was refused', async () => {
    const s = stage({ maxBlockMs: 60_000 })
    s.cluster.intercept('Metadata', { error: 'TOPIC_AUTHORIZATION_FAILED' }, { times: 1 })
    const heard: string[] = []
    const record = { topic: 'orders', partition: 0, value: 'a' }
    s.it.trySend(record, (error) => {
      heard.push(error?.code ?? 'stored')
      s.it.trySend(record, (again) => heard.push(again?.code ?? 'stored'))
    })
    await s.advance(2000)
    expect(heard).toEqual(['TOPIC_AUTHORIZATION_FAILED', 'stored'])
    await s.end()
  })

  it('holds up no other topic', async () => {
    const s = stage({ lingerMs: 0, maxBlockMs: 5000 }, { autoCreateTopics: false })
    await s.until(s.send('warm').promise)
    const stuck = s.send('a', 0, { topic: 'nowhere' })
    await s.until(s.send('b').promise, 100)
    expect(stuck.state).toBe('pending')
    await s.advance(5000)
    await s.end()
  })
})

describe('partitionsFor', () => {
  it('PRD-13 tells number and leader of each partition, from a topic never used', async () => {
    const s = stage()
    const partitions = await s.until(s.it.partitionsFor('orders'))
    expect(partitions).toEqual(
      Array.from({ length: 6 }, (_, partition) => ({
        topic: 'orders',
        partition,
        leader: s.cluster.partition('orders', partition).leader,
      })),
    )
    await s.end()
  })

  it('PRD-13 waits up to maxBlockMs, and fails at once for a topic that is refused or cannot be', async () => {
    const s = stage({ maxBlockMs: 1000 }, { autoCreateTopics: false })
    const unknown = watch(s.it.partitionsFor('nowhere'))
    const illegal = watch(s.it.partitionsFor('no such/topic'))
    await s.advance(999)
    expect(states([unknown, illegal])).toEqual(['pending', 'INVALID_TOPIC_EXCEPTION'])
    await s.advance(2)
    expect(states([unknown])).toEqual(['METADATA_TIMEOUT'])
    s.cluster.intercept('Metadata', { error: 'TOPIC_AUTHORIZATION_FAILED' })
    const refused = watch(s.it.partitionsFor('orders'))
    await s.advance(500)
    expect(states([refused])).toEqual(['TOPIC_AUTHORIZATION_FAILED'])
    await s.end()
  })
})
