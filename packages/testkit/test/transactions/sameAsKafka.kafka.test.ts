import { findCoordinator } from '@posthorn/protocol'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { KafkaCluster } from '../../../../tools/kafka/cluster.ts'
import { settled } from '../../../../tools/kafka/settled.ts'
import { startKafka } from '../../../../tools/kafka/startKafka.ts'
import { describeKafka } from '../../../../tools/kafka/testCluster.ts'
import { createTopic } from '../../../../tools/kafka/topics.ts'
import { type Cluster, createCluster } from '../../src/index.ts'
import { TcpClient } from '../support/tcpClient.ts'
import { type Identity, RawProducer } from '../support/transactions.ts'

/** One story for every rule, told by a real broker and by ours; what both answer must be the same. */
type Story = (producer: RawProducer, fresh: (id: string) => RawProducer) => Promise<unknown[]>

/** An identity that can be compared: ids differ from cluster to cluster. */
function seen({ producerId, producerEpoch, error }: Identity, first: Identity): unknown {
  const id = producerId === -1n ? 'none' : producerId === first.producerId ? 'same' : 'other'
  return [error, id, producerEpoch]
}

const stories: Readonly<Record<string, Story>> = {
  'the end of a transaction raises the epoch': async (it) => {
    const a = await settled(() => it.init())
    const sent = [await it.send(a, 0), await it.send(a, 1)]
    const b = await it.commit(a)
    const again = await settled(() => it.commit(a))
    const other = await settled(() => it.abort(a))
    const old = [await it.send(a, 2), (await it.commit({ ...a, producerEpoch: 9 })).error]
    const gap = await settled(() => it.send(b, 5))
    const next = [await it.send(b, 0), await it.send(b, 0), await it.send(b, 2)]
    const c = await it.abort(b)
    const empty = [await settled(() => it.commit(c)), await settled(() => it.abort(c))]
    return [
      seen(a, a),
      sent,
      seen(b, a),
      seen(again, a),
      seen(other, a),
      old,
      gap,
      next,
      seen(c, a),
      empty.map((e) => seen(e, a)),
    ]
  },
  'ends where nothing has begun': async (it) => {
    const a = await settled(() => it.init())
    const none = await it.commit(a)
    const b = await it.abort(a)
    const again = await settled(() => it.abort(a))
    const wrong = await settled(() => it.commit(a))
    return [none, b, again, wrong].map((answer) => seen(answer, a))
  },
  'a second producer aborts and fences the first': async (it) => {
    const a = await settled(() => it.init())
    await it.send(a, 0)
    const first = (await it.init()).error
    const b = await settled(() => it.init())
    const late = [
      await settled(() => it.send(a, 1)),
      await settled(() => it.commit(a)),
      await settled(() => it.init(a)),
    ]
    const next = [await it.send(b, 0)]
    const c = await it.commit(b)
    return [first, seen(b, a), late[0], seen(late[1] as Identity, a), seen(late[2] as Identity, a), next, seen(c, a)]
  },
  'a second producer aborts and fences the first, without KIP-890': async (it) => {
    const a = await settled(() => it.init())
    const added = await settled(() => it.add(a, [['t', 0]]))
    const sent = await it.send(a, 0, { version: 11 })
    const first = (await it.init()).error
    const b = await settled(() => it.init())
    const late = [await settled(() => it.send(a, 1, { version: 11 })), ...(await settled(() => it.add(a, [['t', 0]])))]
    const end = await settled(() => it.commit(a, 4))
    return [
      added,
      sent,
      first,
      seen(b, a),
      late,
      seen(end, a),
      (await it.commit(a, 1)).error,
      await it.add(a, [['t', 0]], 1),
    ]
  },
  'transactions without KIP-890': async (it) => {
    const a = await settled(() => it.init())
    const before = [await it.send(a, 0, { version: 11 }), await it.send(a, 0, { version: 10 })]
    const early = (await it.commit(a, 4)).error
    const unknown = (
      await it.add(a, [
        ['t', 0],
        ['nowhere', 0],
      ])
    ).sort()
    const added = await settled(() => it.add(a, [['t', 0]]))
    const sent = [await it.send(a, 0, { version: 11 }), await it.send(a, 0, { version: 11, transactional: false })]
    const end = await it.commit(a, 4)
    const again = await settled(() => it.commit(a, 4))
    const other = await settled(() => it.abort(a, 4))
    const late = [await it.send(a, 1, { version: 11 }), await it.send(a, 0, { version: 11 })]
    const next = [
      ...(await settled(() => it.add(a, [['t', 0]]))),
      await it.send(a, 1, { version: 11 }),
      await it.send(a, 3, { version: 11 }),
    ]
    const last = await it.abort(a, 4)
    return [
      before,
      early,
      unknown,
      added,
      sent,
      seen(end, a),
      seen(again, a),
      seen(other, a),
      late,
      next,
      seen(last, a),
    ]
  },
  'another epoch asked for by its owner': async (it) => {
    const a = await settled(() => it.init())
    const b = await it.init(a)
    const again = await it.init(a)
    const other = await it.init({ producerId: a.producerId, producerEpoch: 7 })
    const stranger = await it.init({ producerId: a.producerId + 1000n, producerEpoch: 1 })
    const older = await it.init({ producerId: a.producerId, producerEpoch: 7 }, { version: 3 })
    const half = (await it.init({ producerId: a.producerId, producerEpoch: -1 })).error
    await it.send(b, 0)
    const c = await it.commit(b)
    const lost = await settled(() => it.init(b))
    return [...[a, b, again, other, stranger, older].map((answer) => seen(answer, a)), half, seen(c, a), seen(lost, a)]
  },
  'what is refused': async (it, fresh) => {
    const a = await settled(() => it.init())
    const timeouts = [await it.init(undefined, { timeoutMs: 900_001 }), await it.init(undefined, { timeoutMs: 0 })]
    const empty = [await fresh('').init(), await fresh('').commit(a)]
    const unknown = fresh(`${it.transactionalId}-unknown`)
    const noId = await it.send(a, 0, { transactionalId: null })
    const foreign = [await unknown.send(a, 0), ...(await unknown.add(a, [['t', 0]])), (await unknown.commit(a)).error]
    const stranger = { ...a, producerId: a.producerId + 1000n }
    const strange = [
      ...(await it.add(stranger, [['t', 0]])),
      (await it.commit(stranger)).error,
      await it.send(stranger, 0),
    ]
    return [timeouts.map((it) => it.error), empty.map((it) => it.error), noId, foreign, strange]
  },
  'offsets of groups': async (it) => {
    const a = await settled(() => it.init())
    const early = [await settled(() => it.commitOffset(a, 1n, 4)), await settled(() => it.commitOffset(a, 1n, 3))]
    const added = await settled(() => it.addOffsets(a, 'g'))
    const sent = [
      await settled(() => it.commitOffset(a, 1n, 3)),
      await settled(() => it.commitOffset(a, 2n, 4)),
      await settled(() => it.commitOffset(a, 2n, 4, { topic: 'nowhere' })),
    ]
    const long = await settled(() => it.commitOffset(a, 3n, 4, { metadata: 'm'.repeat(4097) }))
    const end = await settled(() => it.commit(a, 4))
    const b = await settled(() => it.init())
    const implicit = await settled(() => it.commitOffset(b, 5n, 5))
    const old = await settled(() => it.commitOffset(a, 6n, 5))
    const c = await settled(() => it.commit(b))
    // A broker answers before its marker has reached the group's partition, and until then takes offsets there. It ends
    // nothing else before that.
    const empty = await settled(() => it.commit(c))
    const late = await settled(() => it.commitOffset(b, 6n, 5))
    return [early, added, sent, long, seen(end, a), implicit, old, seen(c, a), seen(empty, a), late]
  },
  'a transaction that takes too long': async (it) => {
    const a = await settled(() => it.init(undefined, { timeoutMs: 300 }))
    const before = await it.endOffset()
    const sent = await it.send(a, 0)
    await it.marked(a, before)
    const late = await settled(() => it.send(a, 1))
    const commit = await settled(() => it.commit(a))
    const abort = await settled(() => it.abort(a))
    const b = await settled(() => it.init())
    return [sent, late, seen(commit, a), seen(abort, a), seen(b, a)]
  },
  'a transaction that takes too long, without KIP-890': async (it) => {
    const a = await settled(() => it.init(undefined, { timeoutMs: 300 }))
    await settled(() => it.add(a, [['t', 0]]))
    const before = await it.endOffset()
    const sent = await it.send(a, 0, { version: 11 })
    await it.marked(a, before)
    const late = [await settled(() => it.send(a, 1, { version: 11 })), ...(await settled(() => it.add(a, [['t', 0]])))]
    const abort = await settled(() => it.abort(a, 4))
    const expected = await settled(() => it.init(a))
    const b = await settled(() => it.init())
    return [sent, late, seen(abort, a), seen(expected, a), seen(b, a)]
  },
}

describeKafka('our coordinator and Apache Kafka', () => {
  let kafka: KafkaCluster
  let ours: Cluster
  const clients: TcpClient[] = []
  beforeAll(async () => {
    kafka = await startKafka({ config: { 'transaction.abort.timed.out.transaction.cleanup.interval.ms': '100' } })
    await createTopic(kafka.bootstrapServers, 't', { partitions: 1 })
    ours = createCluster({ topics: { t: 1 } })
    await ours.listen()
    for (const server of [kafka.bootstrapServers, ours.bootstrapServers[0]!])
      clients.push(await TcpClient.connect(server))
    for (const client of clients) await coordinatorsAreThere(client)
  })
  afterAll(async () => {
    for (const client of clients) client.close()
    await ours.close()
    await kafka.close()
  })

  async function coordinatorsAreThere(client: TcpClient): Promise<void> {
    for (const keyType of [0, 1]) {
      await settled(async () => {
        const { coordinators } = await client.request(findCoordinator, { keyType, keys: ['g'] }, 4)
        return coordinators[0]!.errorCode === 0 ? 'NONE' : 'NOT_COORDINATOR'
      })
    }
  }

  it.each(Object.entries(stories))('tell the same of %s', async (name, story) => {
    const told = await Promise.all(
      clients.map((client) => {
        const fresh = (id: string): RawProducer =>
          new RawProducer((api, body, version) => client.request(api, body, version), id)
        return story(fresh(`tx ${name}`), fresh)
      }),
    )
    expect(told[1]).toEqual(told[0])
  })
})
