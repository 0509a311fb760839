import { createCluster } from '@posthorn/testkit'
import { differences } from './compare.ts'
import { dataset, flightRecords } from './flights.ts'
import { read } from './read.ts'
import { ensureTopic } from './topic.ts'
import { type PartitionWritten, write } from './write.ts'

/** What the main job works on. */
export interface JobOptions {
  /** A cluster; absent, one is started in this process. */
  readonly bootstrapServers?: readonly string[] | undefined
  /** Default: a name that is not taken. */
  readonly topic?: string | undefined
}

/** How the main job went. */
export interface JobReport {
  readonly cluster: string
  readonly topic: string
  readonly dataset: string
  readonly records: number
  readonly keys: number
  /** Seconds for writing, up to the last acknowledgement. */
  readonly writeSeconds: number
  readonly readSeconds: number
  readonly partitions: readonly PartitionWritten[]
  /** Whether all came back as it was sent. */
  readonly equal: boolean
  /** If not, what differs: the first few differences. */
  readonly differences: readonly string[]
}

const BROKERS = 3
const PARTITIONS = 6

/** Writes a real data set to Kafka, reads it back with another client, and compares. */
export async function mainJob({ bootstrapServers, topic }: JobOptions): Promise<JobReport> {
  const run = `${Date.now().toString(36)}-${process.pid}`
  const name = topic ?? `posthorn-flights-${run}`
  if (bootstrapServers !== undefined) {
    await ensureTopic(bootstrapServers, name)
    return writeAndRead(bootstrapServers, bootstrapServers.join(','), name, run)
  }
  const cluster = createCluster({ brokers: BROKERS, topics: { [name]: PARTITIONS } })
  try {
    await cluster.listen()
    const label = `${BROKERS} brokers in this process, at ${cluster.bootstrapServers.join(', ')}`
    return await writeAndRead(cluster.bootstrapServers, label, name, run)
  } finally {
    await cluster.close()
  }
}

async function writeAndRead(
  bootstrapServers: readonly string[],
  cluster: string,
  topic: string,
  run: string,
): Promise<JobReport> {
  const records = flightRecords(run, Date.now())
  const { places, partitions, seconds } = await write(bootstrapServers, topic, records)
  const readAt = performance.now()
  const found = await read(bootstrapServers, topic, partitions)
  const different = differences(records, places, found, run)
  return {
    ...{ cluster, topic, dataset, records: records.length, keys: new Set(records.map(({ key }) => key)).size },
    ...{ writeSeconds: seconds, readSeconds: (performance.now() - readAt) / 1000, partitions },
    ...{ equal: different.length === 0, differences: different },
  }
}
