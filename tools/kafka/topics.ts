import { type ClusterInfo, fetchMetadata, fetchOldMetadata, type TopicInfo } from './metadata.ts'
import { until } from './until.ts'
import { array, call, int16, int32, string } from './wire.ts'

const timeoutMs = 20_000

/** How a topic shall be; what is left out is the brokers' default. */
export interface TopicOptions {
  readonly partitions?: number
  readonly replicationFactor?: number
  readonly config?: Readonly<Record<string, string>>
}

/** Creates a topic and waits until every broker that answers knows the leaders of all its partitions. */
export async function createTopic(servers: string, name: string, options: TopicOptions = {}): Promise<TopicInfo> {
  const { partitions = 1, replicationFactor = -1, config = {} } = options
  const settings = Object.entries(config).map(([key, value]) => Buffer.concat([string(key), string(value)]))
  const topic = Buffer.concat([string(name), int32(partitions), int16(replicationFactor), array([]), array(settings)])
  const body = Buffer.concat([array([topic]), int32(timeoutMs), Buffer.of(0)])
  const answer = await firstAnswer(servers, (port) => call({ port, apiKey: 19, version: 4, body, timeoutMs }))
  answer.int32()
  answer.array(() => {
    answer.string()
    const error = answer.int16()
    const text = answer.string()
    if (error !== 0) throw new Error(`topic ${name} was not created: ${text ?? 'no reason given'} (error ${error})`)
  })
  return awaitLeaders(servers, name, partitions)
}

/** Deletes a topic. */
export async function deleteTopic(servers: string, name: string): Promise<void> {
  const body = Buffer.concat([array([string(name)]), int32(timeoutMs)])
  const answer = await firstAnswer(servers, (port) => call({ port, apiKey: 20, version: 3, body, timeoutMs }))
  answer.int32()
  answer.array(() => {
    answer.string()
    const error = answer.int16()
    if (error !== 0) throw new Error(`topic ${name} was not deleted (error ${error})`)
  })
}

/** The topic as the first broker that answers sees it, or undefined if there is none of that name. */
export async function describeTopic(servers: string, name: string): Promise<TopicInfo | undefined> {
  const { topics } = await firstAnswer(servers, (port) => fetchMetadata(port, [name]))
  return topics.find((topic) => topic.name === name && topic.partitions.length > 0)
}

/** The topic as the first old broker that answers sees it, or undefined if there is none of that name. */
export async function describeOldTopic(servers: string, name: string): Promise<TopicInfo | undefined> {
  const { topics } = await firstAnswer(servers, fetchOldMetadata)
  return topics.find((topic) => topic.name === name && topic.partitions.length > 0)
}

/** Waits until every broker knows the leaders of all partitions of a topic. */
export async function awaitLeaders(
  servers: string,
  name: string,
  partitions: number,
  ask: (port: number) => Promise<Pick<ClusterInfo, 'topics'>> = (port) => fetchMetadata(port, [name]),
): Promise<TopicInfo> {
  let seen: TopicInfo | undefined
  const ready = async (): Promise<boolean> => {
    const views = await Promise.allSettled(portsOf(servers).map(ask))
    const topics = views.flatMap((view) =>
      view.status === 'fulfilled' ? [view.value.topics.find((topic) => topic.name === name)] : [],
    )
    seen = topics[0]
    return topics.length > 0 && topics.every((topic) => topic !== undefined && complete(topic, partitions))
  }
  await until(ready, { what: `the election of leaders for ${name}`, timeoutMs })
  if (!seen) throw new Error(`no broker knows ${name}`)
  return seen
}

function complete(topic: TopicInfo, partitions: number): boolean {
  return topic.partitions.length === partitions && topic.partitions.every(({ leader }) => leader >= 0)
}

async function firstAnswer<T>(servers: string, ask: (port: number) => Promise<T>): Promise<T> {
  const errors: unknown[] = []
  for (const port of portsOf(servers)) {
    try {
      return await ask(port)
    } catch (error) {
      errors.push(error)
    }
  }
  throw new AggregateError(errors, `none of ${servers} answered`)
}

function portsOf(servers: string): number[] {
  return servers.split(',').map((server) => {
    const port = Number(server.slice(server.lastIndexOf(':') + 1))
    if (!server.startsWith('127.0.0.1:') || !Number.isInteger(port)) {
      throw new Error(`${server} is no server of a test cluster; expected 127.0.0.1:PORT`)
    }
    return port
  })
}
