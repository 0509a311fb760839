import { randomUUID } from 'node:crypto'
import { childOutput } from './childLines.ts'
import { findProgram } from './java.ts'

/** Where kcat writes or reads, and for how long at most (default 60 seconds). */
export interface KcatOptions {
  readonly bootstrapServers: string
  readonly topic: string
  readonly partition?: number
  readonly maxSeconds?: number
  /** Properties of librdkafka. */
  readonly config?: Readonly<Record<string, string>>
}

/** A record as librdkafka's consumer returned it; headers are kcat's own text, `name=value` joined by commas. */
export interface KcatRecord {
  readonly partition: number
  readonly offset: number
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: string
}

/** A record for kcat to write; null values are not among what it can write beside other values. */
export interface KcatInput {
  readonly key?: string
  readonly value: string
}

/** All records of a topic or of one partition, up to its end, by librdkafka's consumer; binary content is safe. */
export async function kcatConsume(options: KcatOptions): Promise<KcatRecord[]> {
  const end = `<${randomUUID()}>\n`
  const format = `%p %o %T %K %S\n%k%s%h${end}`
  const chunks: Buffer[] = []
  const args = ['-C', '-o', 'beginning', '-e', '-q', '-X', 'check.crcs=true', '-f', format]
  for await (const chunk of kcat(options, args)) chunks.push(chunk)
  return parse(Buffer.concat(chunks), end)
}

/** Writes records, and the same headers with each of them, by librdkafka's producer. */
export async function kcatProduce(
  options: KcatOptions & {
    readonly records: Iterable<KcatInput>
    readonly compression?: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'
    readonly headers?: Readonly<Record<string, string>>
  },
): Promise<void> {
  const { records, compression = 'none', headers = {} } = options
  // Delimiters that no text contains, so that any string can be a key or a value.
  const [keyEnd, recordEnd] = [`<${randomUUID()}>`, `<${randomUUID()}>`]
  const lines = Array.from(records, ({ key = '', value }) => key + keyEnd + value + recordEnd)
  const named = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}=${value}`])
  // Without -Z an empty key would be an empty one and not, as for us, none.
  const args = ['-P', '-Z', '-K', keyEnd, '-D', recordEnd, '-z', compression, ...named]
  await Array.fromAsync(kcat(options, args, lines))
}

function kcat(options: KcatOptions, args: readonly string[], input: readonly string[] = []): AsyncIterable<Buffer> {
  const { bootstrapServers, topic, partition, config = {}, maxSeconds = 60 } = options
  const command = findProgram('kcat')
  if (!command) throw new Error('kcat not found')
  const common = ['-b', bootstrapServers, '-t', topic, ...(partition === undefined ? [] : ['-p', String(partition)])]
  const properties = Object.entries(config).flatMap(([key, value]) => ['-X', `${key}=${value}`])
  const all = [...common, ...properties, ...args]
  return childOutput({ command, args: all, input: input.length > 0 ? input : [''], timeoutMs: maxSeconds * 1000 })
}

function parse(output: Buffer, end: string): KcatRecord[] {
  const records: KcatRecord[] = []
  for (let at = 0; at < output.length;) {
    const lineEnd = output.indexOf('\n', at)
    const numbers = output.toString('latin1', at, lineEnd).split(' ').map(Number)
    const [partition = -1, offset = -1, timestamp = -1, keyLength = -1, valueLength = -1] = numbers
    const valueStart = lineEnd + 1 + Math.max(0, keyLength)
    const headersStart = valueStart + Math.max(0, valueLength)
    const recordEnd = output.indexOf(end, headersStart)
    if (lineEnd < 0 || recordEnd < 0) throw new Error(`kcat's output ends within a record, at byte ${at}`)
    records.push({
      ...{ partition, offset, timestamp },
      key: keyLength < 0 ? null : output.subarray(lineEnd + 1, valueStart),
      value: valueLength < 0 ? null : output.subarray(valueStart, headersStart),
      headers: output.toString('utf8', headersStart, recordEnd),
    })
    at = recordEnd + end.length
  }
  return records
}
