import { childLines } from '../childLines.ts'
import type { TopicInfo } from '../metadata.ts'
import { judgeCommand } from './process.ts'
import type {
  JavaRecord,
  JudgedBatch,
  JudgedRecord,
  JudgeOptions,
  KeyHistory,
  ReadOptions,
  RecordPlace,
  TopicCount,
} from './types.ts'

const defaultMaxSeconds = 60
// The judge gives up by itself in time; this is for one that hangs.
const graceSeconds = 15

/** All records of a topic, up to where it ended when reading began, by Kafka's own consumer. */
export async function* readTopic(options: ReadOptions): AsyncGenerator<JudgedRecord> {
  for await (const line of judge('read', options, readFlags(options))) {
    const record = JSON.parse(line) as InBase64<JudgedRecord>
    const headers = record.headers.map(([name, value]) => [name, bytes(value)] as const)
    yield { ...record, key: bytes(record.key), value: bytes(record.value), headers }
  }
}

/** Counts and digests of a topic; quick for millions of records. */
export async function countTopic(options: ReadOptions): Promise<TopicCount> {
  return onlyLine(judge('count', options, readFlags(options)))
}

/** For each key, which sequence numbers are stored, how often and in what order; quick for millions of records. */
export async function keyHistories(options: ReadOptions): Promise<KeyHistory[]> {
  const histories: KeyHistory[] = []
  for await (const line of judge('history', options, readFlags(options))) histories.push(JSON.parse(line) as KeyHistory)
  return histories
}

/** The batches of one partition; with `raw`, their very bytes too. */
export async function* readBatches(
  options: JudgeOptions & { readonly partition?: number; readonly from?: number; readonly raw?: boolean },
): AsyncGenerator<JudgedBatch> {
  const { partition = 0, from, raw = false } = options
  const flags = { partition, raw, ...(from !== undefined && { from }) }
  for await (const line of judge('batches', options, flags)) {
    const { raw: text, ...batch } = JSON.parse(line) as InBase64<JudgedBatch>
    yield text === undefined ? batch : { ...batch, raw: Buffer.from(text, 'base64') }
  }
}

/**
 * Writes records by Kafka's own producer and says where each went, in the order given. With a `transactional.id`
 * in the configuration they are one transaction, which is ended as `end` says; `none` leaves it open.
 */
export async function produceWithJava(
  options: JudgeOptions & {
    readonly records: Iterable<JavaRecord> | AsyncIterable<JavaRecord>
    readonly end?: 'commit' | 'abort' | 'none'
  },
): Promise<RecordPlace[]> {
  const { records, end = 'commit' } = options
  const places: RecordPlace[] = []
  for await (const line of judge('produce', options, { end }, jsonLines(records))) {
    places.push(JSON.parse(line) as RecordPlace)
  }
  return places
}

/** Creates a topic through Kafka's admin client; `config` is the topic's. */
export async function createTopicWithJava(
  options: JudgeOptions & { readonly partitions?: number; readonly replicationFactor?: number },
): Promise<void> {
  const { partitions = 1, replicationFactor = -1 } = options
  await onlyLine(judge('create-topic', options, { partitions, 'replication-factor': replicationFactor }))
}

/** Deletes a topic through Kafka's admin client. */
export async function deleteTopicWithJava(options: JudgeOptions): Promise<void> {
  await onlyLine(judge('delete-topic', options, {}))
}

/** Describes a topic through Kafka's admin client. */
export async function describeTopicWithJava(options: JudgeOptions): Promise<Omit<TopicInfo, 'error'>> {
  return onlyLine(judge('describe', options, {}))
}

async function* judge(
  name: string,
  { bootstrapServers, topic, config = {}, maxSeconds = defaultMaxSeconds }: JudgeOptions,
  flags: Readonly<Record<string, string | number | boolean>>,
  input?: AsyncIterable<string>,
): AsyncGenerator<string> {
  const { command, args } = await judgeCommand()
  const common = { bootstrap: bootstrapServers, topic, 'max-seconds': maxSeconds, ...flags }
  const all = [
    ...Object.entries(common).flatMap(([key, value]) => [`--${key}`, String(value)]),
    ...Object.entries(config).flatMap(([key, value]) => ['--config', `${key}=${value}`]),
  ]
  const timeoutMs = (maxSeconds + graceSeconds) * 1000
  yield* childLines({ command, args: [...args, name, ...all], timeoutMs, ...(input && { input }) })
}

function readFlags({ partition, isolation }: ReadOptions): Record<string, string | number> {
  return { ...(partition !== undefined && { partition }), ...(isolation !== undefined && { isolation }) }
}

async function* jsonLines(records: Iterable<JavaRecord> | AsyncIterable<JavaRecord>): AsyncGenerator<string> {
  for await (const { key = null, value, headers = [], ...rest } of records) {
    const pairs = headers.map(([name, content]) => [name, base64(content)])
    yield JSON.stringify({ ...rest, key: base64(key), value: base64(value), headers: pairs }) + '\n'
  }
}

function base64(content: Uint8Array | string | null): string | null {
  if (content === null) return null
  return (typeof content === 'string' ? Buffer.from(content, 'utf8') : Buffer.from(content)).toString('base64')
}

function bytes(text: string | null): Buffer | null {
  return text === null ? null : Buffer.from(text, 'base64')
}

/** The same with text where the bytes will be. */
type InBase64<T> = T extends Buffer
  ? string
  : T extends readonly unknown[] | object
    ? { readonly [K in keyof T]: InBase64<T[K]> }
    : T

async function onlyLine<T>(lines: AsyncIterable<string>): Promise<T> {
  let last: string | undefined
  for await (const line of lines) last = line
  if (last === undefined) throw new Error('the judge said nothing')
  return JSON.parse(last) as T
}
