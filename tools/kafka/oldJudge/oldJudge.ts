import { mkdir } from 'node:fs/promises'
import { cached, fingerprint } from '../cache.ts'
import { childLines } from '../childLines.ts'
import { kafkaClassPath, versionFolder } from '../jars.ts'
import { jdkProgram } from '../java.ts'
import { javaToolJar } from '../javaTool.ts'
import { loggingFlag } from '../logging.ts'
import { fullVersion } from '../versions.ts'

/** What an old consumer shall read, and for how long at most (default 60 seconds). */
export interface OldReadOptions {
  /** Whose consumer: `0.9`, `0.10` or another version, which is best that of the brokers. */
  readonly version: string
  readonly bootstrapServers: string
  readonly topic: string
  /** How many records there are to be. It reads on for a moment, so more of them would be noticed. */
  readonly expected: number
  readonly maxSeconds?: number
}

/** A record as an old consumer returned it. */
export interface OldRecord {
  readonly partition: number
  readonly offset: number
  /** `null` before 0.10. */
  readonly timestamp: number | null
  readonly key: Buffer | null
  readonly value: Buffer | null
  /** How many headers. */
  readonly headers: number
}

/** A topic, read by the Java consumer of that version; our judge's own consumer is too new for old brokers. */
export async function readWithOldConsumer(options: OldReadOptions): Promise<OldRecord[]> {
  const { bootstrapServers, topic, expected, maxSeconds = 60 } = options
  const version = fullVersion(options.version)
  const kafka = await kafkaClassPath(version)
  const classPath = `${await javaToolJar('oldJudge', version, kafka)}:${kafka}`
  const folder = await cached(`${versionFolder(version)}/oldJudge-log-${fingerprint('error')}`, async (work) => {
    await mkdir(work, { recursive: true })
    await loggingFlag(version, work, 'error')
  })
  const logging = `-Dlog4j.configuration=file:${folder}/log.properties`
  const args = ['-Xmx512m', '-XX:TieredStopAtLevel=1', logging, '-cp', classPath, 'OldJudge']
  const run = [...args, bootstrapServers, topic, String(expected), String(maxSeconds)]
  const records: OldRecord[] = []
  const timeoutMs = (maxSeconds + 10) * 1000
  for await (const line of childLines({ command: jdkProgram('java'), args: run, timeoutMs })) records.push(parse(line))
  return records
}

interface PrintedRecord extends Omit<OldRecord, 'key' | 'value'> {
  readonly key: string | null
  readonly value: string | null
}

function parse(line: string): OldRecord {
  const record = JSON.parse(line) as PrintedRecord
  return { ...record, key: bytes(record.key), value: bytes(record.value) }
}

function bytes(base64: string | null): Buffer | null {
  return base64 === null ? null : Buffer.from(base64, 'base64')
}
