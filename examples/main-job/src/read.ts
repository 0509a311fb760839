import Cluster from 'kafkajs/src/cluster/index.js'
import createSocketFactory from 'kafkajs/src/network/socketFactory.js'

/** A record as another client read it. */
export interface ReadRecord {
  readonly partition: number
  readonly offset: bigint
  readonly timestamp: number
  readonly key: string | null
  readonly value: string | null
  readonly headers: Readonly<Record<string, string>>
}

/** A part of a partition, both offsets included. */
export interface Range {
  readonly partition: number
  readonly firstOffset: bigint
  readonly lastOffset: bigint
}

const MAX_BYTES = 1_048_576

const ignore = (): void => {}
const silentLogger: object = { namespace: () => silentLogger, error: ignore, warn: ignore, info: ignore, debug: ignore }

/**
 * Reads ranges of a topic by kafkajs, which shares no code with Posthorn: its own connections, its own decoder of record
 * batches. It asks for offsets and not as a member of a group, so the cluster needs no group coordinator.
 */
export async function read(
  bootstrapServers: readonly string[],
  topic: string,
  ranges: readonly Range[],
): Promise<ReadRecord[]> {
  const cluster = new Cluster({
    brokers: bootstrapServers,
    clientId: 'posthorn-main-job-reader',
    connectionTimeout: 5000,
    requestTimeout: 10_000,
    retry: { retries: 3 },
    metadataMaxAge: 300_000,
    allowAutoTopicCreation: false,
    logger: silentLogger,
    socketFactory: createSocketFactory(),
  })
  try {
    await cluster.connect()
    await cluster.addTargetTopic(topic)
    const found: ReadRecord[] = []
    // One after the other: kafkajs opens a connection for each of several calls at once and closes only one of them.
    for (const range of ranges) found.push(...(await readRange(cluster, topic, range)))
    return found
  } finally {
    await cluster.disconnect()
  }
}

async function readRange(cluster: Cluster, topic: string, range: Range): Promise<ReadRecord[]> {
  const { partition, firstOffset, lastOffset } = range
  const leader = cluster.findTopicPartitionMetadata(topic).find(({ partitionId }) => partitionId === partition)?.leader
  if (leader === undefined) throw new Error(`topic ${topic} has no partition ${partition}`)
  const broker = await cluster.findBroker({ nodeId: String(leader) })
  const records: ReadRecord[] = []
  for (let next = firstOffset; next <= lastOffset;) {
    const { responses } = await broker.fetch({
      isolationLevel: 1,
      maxWaitTime: 1000,
      maxBytes: MAX_BYTES,
      topics: [{ topic, partitions: [{ partition, fetchOffset: String(next), maxBytes: MAX_BYTES }] }],
    })
    const messages = responses.flatMap(({ partitions }) => partitions.flatMap((each) => each.messages))
    // A batch is answered whole, so it may begin before the offset that was asked for and end after the range.
    const wanted = messages.filter(({ offset }) => BigInt(offset) >= next && BigInt(offset) <= lastOffset)
    // The partition ends before the range does: what is missing shows when records are compared.
    if (wanted.length === 0) break
    for (const { offset, timestamp, key, value, headers } of wanted) {
      records.push({
        ...{ partition, offset: BigInt(offset), timestamp: Number(timestamp) },
        key: key?.toString() ?? null,
        value: value?.toString() ?? null,
        headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, String(text)])),
      })
    }
    next = (records.at(-1)?.offset ?? next) + 1n
  }
  return records
}
