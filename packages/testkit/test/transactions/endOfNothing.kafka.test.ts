import { findCoordinator } from '@posthorn/protocol'
import { expect, it } from 'vitest'
import { settled } from '../../../../tools/kafka/settled.ts'
import { startKafka } from '../../../../tools/kafka/startKafka.ts'
import { describeKafka } from '../../../../tools/kafka/testCluster.ts'
import { createCluster } from '../../src/index.ts'
import { TcpClient } from '../support/tcpClient.ts'
import { RawProducer } from '../support/transactions.ts'

/** Versions of the requests that a release knows and that leave the epoch alone. */
interface Versions {
  readonly init: number
  readonly add: number
  readonly addOffsets: number
  readonly end: number
}

const first: Versions = { init: 0, add: 0, addOffsets: 0, end: 0 }
const last: Versions = { init: 5, add: 3, addOffsets: 4, end: 4 }

/** What EndTxn (abort) comes to without KIP-890, by what the transactional id has behind it. */
async function abortsOf(server: string, { init, add, addOffsets, end }: Versions): Promise<Record<string, string>> {
  const client = await TcpClient.connect(server)
  try {
    const it = new RawProducer((api, body, version) => client.request(api, body, version), 'ends')
    await settled(async () => {
      const body = { keyType: 1, keys: [it.transactionalId] }
      const { coordinators } = await client.request(findCoordinator, body, 1)
      return coordinators[0]!.errorCode === 0 ? 'NONE' : 'NOT_COORDINATOR'
    })
    const me = await settled(() => it.init(undefined, { version: init }))
    const begin = async (): Promise<void> => expect(await settled(() => it.add(me, [['t', 0]], add))).toEqual(['NONE'])
    const abort = async (): Promise<string> => (await settled(() => it.abort(me, end))).error
    const nothing = await abort()
    await begin()
    const begun = await abort()
    const aborted = await abort()
    await begin()
    expect((await settled(() => it.commit(me, end))).error).toBe('NONE')
    const committed = await abort()
    const refusal = await settled(() =>
      it.add(
        me,
        [
          ['t', 0],
          ['nowhere', 0],
        ],
        add,
      ),
    )
    const refused = await abort()
    expect(await settled(() => it.addOffsets(me, 'g', addOffsets))).toBe('NONE')
    const offsets = await abort()
    await begin()
    expect((await settled(() => it.commit(me, end))).error).toBe('NONE')
    return { nothing, begun, aborted, committed, refusal: refusal.sort().join(), refused, offsets }
  } finally {
    client.close()
  }
}

/** An abort that follows requests whose fate is not known counts on it: INVALID_TXN_STATE says that nothing is open. */
const expected = {
  nothing: 'INVALID_TXN_STATE',
  begun: 'NONE',
  aborted: 'NONE',
  committed: 'INVALID_TXN_STATE',
  refusal: 'OPERATION_NOT_ATTEMPTED,UNKNOWN_TOPIC_OR_PARTITION',
  refused: 'INVALID_TXN_STATE',
  offsets: 'NONE',
}

describeKafka('an abort at a coordinator for which nothing is open', () => {
  it.each([
    ['0.11', first],
    ['3.9', last],
    ['4.4', last],
  ] as const)(
    'is refused by Kafka %s with INVALID_TXN_STATE, unless an abort was the last',
    async (version, versions) => {
      await using kafka = await startKafka({ version })
      await kafka.createTopic('t')
      expect(await abortsOf(kafka.bootstrapServers, versions)).toEqual(expected)
    },
  )

  it.each([first, last])('and by our cluster, %o', async (versions) => {
    const cluster = createCluster({ topics: { t: 1 } })
    await cluster.listen()
    try {
      expect(await abortsOf(cluster.bootstrapServers[0]!, versions)).toEqual(expected)
    } finally {
      await cluster.close()
    }
  })
})
