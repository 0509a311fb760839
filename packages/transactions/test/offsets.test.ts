import type { TxnOffsetCommitRequest } from '@posthorn/protocol'
import { describe, expect, it } from 'vitest'
import { send, Stage, type TransactionalProducer } from './support/stage.ts'

const v1 = { transactionVersion: 0 } as const
const group = { groupId: 'readers' }
const offsets = [
  { topic: 'orders', partition: 0, offset: 7n, leaderEpoch: 3, metadata: 'seven' },
  { topic: 'orders', partition: 1, offset: 9 },
]

async function open(s: Stage): Promise<TransactionalProducer> {
  const producer = await s.ready({ retryBackoffMs: 50 })
  producer.delivery.begin()
  s.requests()
  return producer
}

describe('offsets in a transaction', () => {
  it('TV2-03, TOF-01: under KIP-890 they go to the group’s coordinator alone; nothing is sent for none', async () => {
    const s = new Stage()
    const producer = await open(s)
    await s.until(producer.delivery.sendOffsets([], group))
    expect(s.requests()).toEqual([])
    await s.until(producer.delivery.sendOffsets(offsets, group))
    expect(s.bodies<TxnOffsetCommitRequest>('TxnOffsetCommit')).toMatchObject([
      {
        groupId: 'readers',
        topics: [
          {
            name: 'orders',
            partitions: [
              { partitionIndex: 0, committedOffset: 7n, committedLeaderEpoch: 3, committedMetadata: 'seven' },
              { partitionIndex: 1, committedOffset: 9n, committedLeaderEpoch: -1, committedMetadata: null },
            ],
          },
        ],
      },
    ])
    expect(s.requests()).toEqual(['FindCoordinator v6', 'TxnOffsetCommit v5'])
    expect(s.cluster.committedOffsets('readers')).toEqual([])
    await s.until(producer.delivery.commit())
    expect(s.requests()).toEqual(['EndTxn v5'])
    expect(s.cluster.committedOffsets('readers')).toHaveLength(2)
    await s.until(producer.close())
  })

  it('TXR-11, TV2-05: before it, the transaction’s coordinator hears of the group first', async () => {
    const s = new Stage(v1)
    const producer = await open(s)
    await s.until(producer.delivery.sendOffsets(offsets, group))
    expect(s.requests()).toEqual(['AddOffsetsToTxn v4', 'FindCoordinator v6', 'TxnOffsetCommit v4'])
    await s.until(producer.delivery.abort())
    expect(s.requests()).toEqual(['EndTxn v4'])
    expect(s.cluster.committedOffsets('readers')).toEqual([])
    await s.until(producer.close())
  })

  it('TOF-01: needs an open transaction', async () => {
    const s = new Stage()
    const producer = await s.ready()
    expect(await s.failure(producer.delivery.sendOffsets(offsets, group))).toMatchObject({ code: 'INVALID_TXN_STATE' })
    await s.until(producer.close())
  })

  it('TOF-02: arguments that cannot be are refused by name, and change nothing', async () => {
    const s = new Stage()
    const producer = await open(s)
    const refusal = async (...given: unknown[]): Promise<string> => {
      const { code, message } = await s.failure(producer.delivery.sendOffsets(...(given as [never, never])))
      expect(code).toBe('INVALID_ARGUMENT')
      return message
    }
    expect(await refusal(offsets, null)).toContain('received null')
    expect(await refusal(offsets, { groupId: '' })).toContain('received ""')
    expect(await refusal(offsets, { groupId: 'g', generationId: 3 })).toContain('together with generationId 3')
    expect(await refusal({}, group)).toContain('expected a list')
    expect(await refusal([{ topic: 'orders', partition: -1, offset: 0 }], group)).toContain('orders--1')
    expect(await refusal([{ topic: 'orders', partition: 0, offset: -1 }], group)).toContain('received -1')
    expect(await refusal([{ topic: 'orders', partition: 0, offset: 1.5 }], group)).toContain('received 1.5')
    expect(producer.delivery.state).toBe('IN_TRANSACTION')
    expect(s.requests()).toEqual([])
    await s.until(producer.close())
  })

  it('TOF-03: member, generation and instance go along, or nothing at all: no silent downgrade', async () => {
    const member = { groupId: 'readers', generationId: 4, memberId: 'm-1', groupInstanceId: 'i-1' }
    const s = new Stage()
    const producer = await open(s)
    s.cluster.intercept('TxnOffsetCommit', { change: withoutErrors })
    await s.until(producer.delivery.sendOffsets(offsets, member))
    expect(s.bodies('TxnOffsetCommit')).toMatchObject([member])
    await s.until(producer.close())
    const old = new Stage({ ...v1, apiVersions: { TxnOffsetCommit: { max: 2 } } })
    const unable = await open(old)
    expect(await old.failure(unable.delivery.sendOffsets(offsets, member))).toMatchObject({
      code: 'UNSUPPORTED_VERSION',
      severity: 'fatal',
    })
    await old.until(unable.close())
    // Who says nothing of itself needs no such version.
    const nameless = new Stage({ ...v1, apiVersions: { TxnOffsetCommit: { max: 2 } } })
    const able = await open(nameless)
    await nameless.until(able.delivery.sendOffsets(offsets, group))
    await nameless.until(able.close())
  })

  it('TOF-04: what is not ready is asked again, for the partitions that are still open; a moved coordinator is found', async () => {
    const s = new Stage()
    const producer = await open(s)
    const one =
      (errorCode: number) => (answer: { topics: { name: string; partitions: { partitionIndex: number }[] }[] }) => ({
        ...answer,
        topics: answer.topics.map(({ name, partitions }) => ({
          name,
          partitions: partitions.map((it) => ({ ...it, errorCode: it.partitionIndex === 1 ? errorCode : 0 })),
        })),
      })
    for (const errorCode of [3, 14, 7, 16]) {
      s.cluster.clearHistory()
      s.cluster.intercept('TxnOffsetCommit', { change: one(errorCode) }, { times: 1 })
      await s.until(producer.delivery.sendOffsets(offsets, group))
      const asked = s
        .bodies<TxnOffsetCommitRequest>('TxnOffsetCommit')
        .map(({ topics }) => topics.flatMap(({ partitions }) => partitions.map(({ partitionIndex }) => partitionIndex)))
      expect(asked).toEqual([[0, 1], [1]])
      const looksUp = s.requests().filter((name) => name.startsWith('FindCoordinator')).length
      const again = errorCode === 7 || errorCode === 16 ? 1 : 0
      expect([errorCode, looksUp]).toEqual([errorCode, errorCode === 3 ? 1 : again])
    }
    s.cluster.moveCoordinator('readers', 2, 'group')
    s.cluster.moveCoordinator('readers', 1, 'group')
    await s.until(producer.delivery.sendOffsets(offsets, group))
    await s.until(producer.delivery.commit())
    await s.until(producer.close())
  })

  it('TOF-05, TOF-06: what the consumer has to mend is abortable, what cannot be mended is fatal', async () => {
    const after = async (error: string): Promise<string> => {
      const s = new Stage()
      const producer = await open(s)
      s.cluster.intercept('TxnOffsetCommit', { error }, { times: 1 })
      const { code, severity, retriable } = await s.failure(producer.delivery.sendOffsets(offsets, group))
      expect(retriable).toBe(false)
      await s.until(producer.close())
      return `${code} ${severity}`
    }
    for (const error of [
      'GROUP_AUTHORIZATION_FAILED',
      'FENCED_INSTANCE_ID',
      'UNKNOWN_MEMBER_ID',
      'ILLEGAL_GENERATION',
      'GROUP_ID_NOT_FOUND',
      'STALE_MEMBER_EPOCH',
    ]) {
      expect(await after(error)).toBe(`${error} abortable`)
    }
    for (const error of [
      'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
      'UNSUPPORTED_FOR_MESSAGE_FORMAT',
      'INVALID_COMMIT_OFFSET_SIZE',
    ]) {
      expect(await after(error)).toBe(`${error} fatal`)
    }
  })

  it('TOF-07: a group id alone is no group metadata', async () => {
    const s = new Stage()
    const producer = await open(s)
    // @ts-expect-error -- as before Kafka 4
    expect(await s.failure(producer.delivery.sendOffsets(offsets, 'readers'))).toMatchObject({
      code: 'INVALID_ARGUMENT',
    })
    await s.until(producer.close())
  })

  it('are aborted with the records, and committed with them', async () => {
    const s = new Stage()
    const producer = await open(s)
    const both = async (value: string, offset: number): Promise<void> => {
      await Promise.all([
        send(producer, value),
        producer.delivery.sendOffsets([{ topic: 'orders', partition: 2, offset }], group),
      ])
    }
    await s.until(both('a', 5))
    await s.until(producer.delivery.abort())
    await s.until(producer.delivery.run(() => both('b', 6)))
    expect(s.visible()).toEqual(['b'])
    expect(
      s.cluster
        .committedOffsets('readers')
        .map((it) => JSON.stringify(it, (_, v: unknown) => (typeof v === 'bigint' ? Number(v) : v))),
    ).toHaveLength(1)
    await s.until(producer.close())
  })
})

function withoutErrors(answer: { topics: { name: string; partitions: object[] }[] }): object {
  return {
    ...answer,
    topics: answer.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map((it) => ({ ...it, errorCode: 0 })),
    })),
  }
}
