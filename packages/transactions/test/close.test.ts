import { describe, expect, it } from 'vitest'
import { send, sendWatched, Stage, watch } from './support/stage.ts'

describe('closing a transactional producer', () => {
  it('SND-13: an open transaction is aborted, after what was sent has its outcome', async () => {
    const s = new Stage()
    const producer = await s.ready({ lingerMs: 1000 })
    producer.delivery.begin()
    const sent = sendWatched(producer, 'a')
    const report = await s.until(producer.close())
    expect([sent.state, report.acknowledged]).toEqual(['resolved', 1])
    expect(s.requests().at(-1)).toBe('EndTxn v5')
    expect([s.visible(), s.visible('read_uncommitted')]).toEqual([[], ['a']])
  })

  it('SND-13: a transaction with an error is aborted too', async () => {
    const s = new Stage()
    const producer = await s.ready()
    producer.delivery.begin()
    await s.until(send(producer, 'a'))
    s.cluster.intercept('Produce', { error: 'INVALID_RECORD' }, { times: 1 })
    await s.failure(send(producer, 'b'))
    await s.until(producer.close())
    expect(s.requests().at(-1)).toBe('EndTxn v5')
  })

  it('SND-12: a commit under way is waited for', async () => {
    const s = new Stage()
    const producer = await s.ready()
    producer.delivery.begin()
    await s.until(send(producer, 'a'))
    s.cluster.intercept('EndTxn', { error: 'COORDINATOR_LOAD_IN_PROGRESS' }, { times: 3 })
    const commit = watch(producer.delivery.commit())
    await s.until(producer.close())
    expect(commit.state).toBe('resolved')
    expect(s.visible()).toEqual(['a'])
  })

  it('SND-14, TRQ-14: a forced close fails what waits for the coordinator', async () => {
    const s = new Stage()
    const stuck = s.producer()
    s.cluster.intercept('FindCoordinator', { delayBeforeMs: 60_000 })
    const init = watch(stuck.delivery.init())
    await s.advance(10)
    await s.until(stuck.close({ timeoutMs: 100 }))
    expect(init.error?.code).toBe('PRODUCER_CLOSED')
    s.cluster.clearInterceptions()
    const producer = await s.ready()
    producer.delivery.begin()
    s.cluster.intercept('Produce', { delayBeforeMs: 60_000 })
    const [sent, commit] = [sendWatched(producer, 'a'), watch(producer.delivery.commit())]
    await s.advance(10)
    await s.until(producer.close({ timeoutMs: 100 }))
    await s.advance(0)
    expect([sent.error?.code, commit.state]).toEqual(['PRODUCER_CLOSED', 'rejected'])
    expect(commit.error?.severity).toBe('fatal')
    expect((await s.failure(producer.delivery.run(() => 1))).severity).toBe('fatal')
  })

  it('an init that finds nobody does not hold it up', async () => {
    const s = new Stage({ brokers: 1 })
    s.cluster.stopBroker(0)
    const producer = s.producer()
    const init = watch(producer.delivery.init())
    await s.advance(100)
    await s.until(producer.close(), 1000)
    expect(init.error?.code).toBe('PRODUCER_CLOSED')
  })

  it('SND-03: with no transaction open nobody is asked', async () => {
    const s = new Stage()
    const producer = await s.ready()
    s.requests()
    await s.until(producer.close())
    expect(s.requests()).toEqual([])
  })
})
