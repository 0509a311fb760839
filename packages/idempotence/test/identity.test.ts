import { ConnectionError, StateError, UnsupportedVersionError } from '@posthorn/contracts'
import { describe, expect, test } from 'vitest'
import { ScriptedBatch } from '@posthorn/testkit/conformance/delivery'
import { partition, ScriptedSender } from './support/scriptedSender.ts'

describe('the producer id', () => {
  test('is asked for when the first batch is opened, once, without a transactional id (IDM-01)', () => {
    const { guard, control } = new ScriptedSender()
    guard.onOpened(partition())
    guard.onOpened(partition(1))
    expect(control.bodies).toEqual([
      { transactionalId: null, transactionTimeoutMs: 2_147_483_647, producerId: -1n, producerEpoch: -1 },
    ])
  })

  test('nothing drains before it is there; its arrival wakes the sender (IDM-01, IDM-02, ACC-14)', async () => {
    const sender = new ScriptedSender()
    const batch = new ScriptedBatch(partition(), 3)
    sender.guard.onOpened(batch.partition)
    expect(sender.drain(batch)).toBe(false)
    await sender.control.answer({ producerId: 42n, producerEpoch: 3 })
    expect(sender.control.wakes).toBe(1)
    expect(sender.drain(batch)).toBe(true)
    expect(batch.stamp).toEqual({ producerId: 42n, producerEpoch: 3, baseSequence: 0, transactional: false })
  })

  test('is asked for again after errors that may pass, with growing pauses and fresh metadata (IDM-03)', async () => {
    const { guard, control } = new ScriptedSender()
    guard.onOpened(partition())
    await control.answer({ errorCode: 14 })
    await control.answer(new ConnectionError('NETWORK_EXCEPTION', 'lost', { retriable: true }))
    await control.answer({ errorCode: 7 })
    expect(control.delays).toEqual([100, 200, 400])
    expect(control.metadataRequests).toBe(3)
    await control.answer({})
    expect(control.failedAll).toBeNull()
    expect(guard.refusal).toBeNull()
  })

  test('once refused, fails all that waits; the next record asks again (IDM-04)', async () => {
    const { guard, control } = new ScriptedSender()
    guard.onOpened(partition())
    await control.answer({ errorCode: 31 })
    expect(control.failedAll?.code).toBe('CLUSTER_AUTHORIZATION_FAILED')
    expect(guard.refusal).toBeNull()
    expect(control.pending).toHaveLength(0)
    guard.onOpened(partition())
    expect(control.pending).toHaveLength(1)
  })

  test('when brokers do not know the request, records are refused from then on (IDM-04)', async () => {
    const { guard, control } = new ScriptedSender()
    guard.onOpened(partition())
    await control.answer(new UnsupportedVersionError('too old'))
    expect(control.failedAll?.code).toBe('UNSUPPORTED_VERSION')
    expect(guard.refusal?.code).toBe('UNSUPPORTED_VERSION')
  })

  test('is of no use once a broker refuses its records for good: all fail, and no more are taken (FLB-02)', async () => {
    for (const code of ['CLUSTER_AUTHORIZATION_FAILED', 'PRODUCER_FENCED', 'UNSUPPORTED_VERSION']) {
      const p = partition()
      const sender = await ScriptedSender.known([p])
      const batch = sender.send(p, 2)
      expect(sender.fail(batch, code)).toBe('fail')
      expect(sender.guard.refusal).toMatchObject({ code, severity: 'fatal', cause: { code } })
      // Not in the middle of the batch's own end.
      expect(sender.control.failedAll).toBeNull()
      sender.pass()
      expect(sender.control.failedAll).toBe(sender.guard.refusal)
      sender.control.failedAll = null
      sender.pass()
      expect(sender.control.failedAll).toBeNull()
    }
  })

  test('stays of use when a record is refused for its own sake: later ones go on (FLB-04)', async () => {
    for (const code of ['INVALID_RECORD', 'TOPIC_AUTHORIZATION_FAILED', 'UNSUPPORTED_FOR_MESSAGE_FORMAT']) {
      const p = partition()
      const sender = await ScriptedSender.known([p])
      expect(sender.fail(sender.send(p, 2), code)).toBe('fail')
      sender.pass()
      expect([sender.guard.refusal, sender.control.failedAll]).toEqual([null, null])
      expect(sender.takesNew(p)).toBe(true)
    }
  })

  test('something that is not an error of Kafka still fails what waits', async () => {
    const { guard, control } = new ScriptedSender()
    guard.onOpened(partition())
    await control.answer(new RangeError('odd'))
    expect(control.failedAll).toMatchObject({ code: 'UNKNOWN_SERVER_ERROR', message: 'no producer id: odd' })
  })

  test('a close while it is asked for fails nothing and asks no more', async () => {
    const { guard, control } = new ScriptedSender()
    guard.onOpened(partition())
    guard.close()
    await control.answer(new StateError('PRODUCER_CLOSED', 'closed'))
    expect(control.failedAll).toBeNull()
    expect(control.pending).toHaveLength(0)
  })
})
