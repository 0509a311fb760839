import { array, call, type Reader, string } from './wire.ts'

/** One partition as a broker sees it. */
interface PartitionInfo {
  readonly partition: number
  readonly leader: number
  readonly replicas: readonly number[]
  readonly inSync: readonly number[]
}

/** One topic as a broker sees it; the error is Kafka's code, 0 for none. */
export interface TopicInfo {
  readonly name: string
  readonly error: number
  readonly partitions: readonly PartitionInfo[]
}

/** What a broker says about its cluster. */
export interface ClusterInfo {
  readonly brokers: readonly number[]
  readonly controller: number
  readonly topics: readonly TopicInfo[]
}

/**
 * The same of brokers before 0.11, and of all up to 3.9 (Metadata version 0). Asks for all topics, because to ask for one
 * would create it.
 */
export async function fetchOldMetadata(port: number): Promise<Omit<ClusterInfo, 'controller'>> {
  const answer = await call({ port, apiKey: 3, version: 0, body: array([]) })
  const brokers = answer.array(() => {
    const id = answer.int32()
    answer.string()
    answer.int32()
    return id
  })
  const topics = answer.array(() => {
    const error = answer.int16()
    const name = answer.string() ?? ''
    return { name, error, partitions: readPartitions(answer) }
  })
  return { brokers, topics }
}

function readPartitions(answer: Reader): PartitionInfo[] {
  const partitions = answer.array(() => {
    answer.int16()
    const partition = answer.int32()
    const leader = answer.int32()
    const replicas = answer.array(() => answer.int32())
    const inSync = answer.array(() => answer.int32())
    return { partition, leader, replicas, inSync }
  })
  return partitions.sort((a, b) => a.partition - b.partition)
}

/** Asks the broker on this port what it knows (Metadata version 4); creates no topics. */
export async function fetchMetadata(port: number, topics: readonly string[] = []): Promise<ClusterInfo> {
  const body = Buffer.concat([array(topics.map(string)), Buffer.of(0)])
  const answer = await call({ port, apiKey: 3, version: 4, body })
  answer.int32()
  const brokers = answer.array(() => {
    const id = answer.int32()
    answer.string()
    answer.int32()
    answer.string()
    return id
  })
  answer.string()
  const controller = answer.int32()
  const found = answer.array(() => {
    const error = answer.int16()
    const name = answer.string() ?? ''
    answer.int8()
    return { name, error, partitions: readPartitions(answer) }
  })
  return { brokers, controller, topics: found }
}
