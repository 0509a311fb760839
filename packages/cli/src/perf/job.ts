import type { ProducerOptions } from 'posthorn'
import type { ConnectionFlags } from '../connection/flags.ts'
import { type ConnectionSettings, connectionSettings } from '../connection/settings.ts'
import { UsageError } from '../exitCodes.ts'
import { producerOptions } from '../produce/producerOptions.ts'
import { fileValues, randomValues } from './values.ts'

/** The flags of `posthorn perf`, as they stand on the command line. */
export interface PerfFlags extends ConnectionFlags {
  readonly topic: string
  readonly records?: string
  readonly duration?: string
  readonly recordSize?: string
  readonly payloadFile?: string
  readonly rate?: string
  readonly warmupRecords?: string
  readonly compression?: string
  readonly acks?: string
  readonly lingerMs?: string
  readonly batchSize?: string
  readonly transactionalId?: string
  readonly transactionRecords?: string
  readonly config?: readonly string[]
  readonly json?: boolean
  readonly report?: string
}

/** What one `posthorn perf` is to do. */
export interface PerfJob {
  readonly topic: string
  readonly options: ProducerOptions
  readonly values: readonly Uint8Array[]
  /** Infinity for as many as go into the time. */
  readonly records: number
  /** Infinity for as long as the records take. */
  readonly durationMs: number
  /** Records per second; Infinity for as many as the cluster takes. */
  readonly rate: number
  readonly warmupRecords: number
  /** Records of a transaction; `null` for none. */
  readonly transactionRecords: number | null
  readonly json: boolean
  /** Where to write the report; `null` for nowhere. */
  readonly report: string | null
  /** What to tell the reader about the run: flags by their names. */
  readonly settings: Readonly<Record<string, string>>
  /** What a person should know of the settings. */
  readonly notices: readonly string[]
}

const DEFAULT_SECONDS = 10
const DEFAULT_RECORD_SIZE = 100
const DEFAULT_TRANSACTION_RECORDS = 1000

/** Makes sense of the flags; throws a `UsageError` where there is none. */
export function perfJob(flags: PerfFlags): PerfJob {
  const { records, duration, payloadFile, recordSize, transactionRecords } = flags
  const connection = connectionSettings(flags)
  const transactionalId = flags.transactionalId ?? connection.transactionalId
  if (payloadFile !== undefined && recordSize !== undefined) {
    throw new UsageError('--record-size is of made values; --payload-file brings its own')
  }
  if (transactionRecords !== undefined && transactionalId === null) {
    throw new UsageError('--transaction-records needs --transactional-id')
  }
  const seconds = records === undefined ? (duration ?? String(DEFAULT_SECONDS)) : duration
  return {
    topic: flags.topic,
    options: optionsOf(flags, connection, transactionalId),
    values:
      payloadFile === undefined
        ? randomValues(number('record-size', recordSize, DEFAULT_RECORD_SIZE, 0))
        : fileValues(payloadFile),
    records: number('records', records, Number.POSITIVE_INFINITY, 1),
    durationMs: number('duration', seconds, Number.POSITIVE_INFINITY, 0.001) * 1000,
    rate: number('rate', flags.rate, Number.POSITIVE_INFINITY, 0.001),
    warmupRecords: number('warmup-records', flags.warmupRecords, 0, 0),
    transactionRecords:
      transactionalId === null
        ? null
        : number('transaction-records', transactionRecords, DEFAULT_TRANSACTION_RECORDS, 1),
    json: flags.json ?? false,
    report: flags.report ?? null,
    settings: settingsOf(flags),
    notices: connection.notices,
  }
}

function optionsOf(flags: PerfFlags, connection: ConnectionSettings, transactionalId: string | null): ProducerOptions {
  const { topic, compression, acks, lingerMs, batchSize, config = [] } = flags
  const more = [
    ...(lingerMs === undefined ? [] : [`lingerMs=${number('linger-ms', lingerMs, 0, 0)}`]),
    ...(batchSize === undefined ? [] : [`batchSize=${number('batch-size', batchSize, 0, 1)}`]),
  ]
  const options = producerOptions(
    {
      ...{ topic, format: 'lines', config: [...more, ...config] },
      ...(compression !== undefined && { compression }),
      ...(acks !== undefined && { acks }),
    },
    { ...connection, transactionalId: null },
  )
  // Typed as two kinds of producers, of which the flags make one.
  return transactionalId === null ? options : ({ ...options, transactionalId } as unknown as ProducerOptions)
}

const SECRET = /pass|secret|token|jaas|key|credential/i

function settingsOf(flags: PerfFlags): Record<string, string> {
  const shown: Record<string, string> = {}
  for (const [flag, value] of Object.entries(flags)) {
    if (flag === 'report' || typeof value !== 'string') continue
    shown[flag.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)] = SECRET.test(flag) ? '…' : value
  }
  for (const setting of flags.config ?? []) {
    const [name = '', ...value] = setting.split('=')
    shown[name] = SECRET.test(name) ? '…' : value.join('=')
  }
  return shown
}

function number(flag: string, text: string | undefined, otherwise: number, least: number): number {
  if (text === undefined) return otherwise
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value) && value >= least) return value
  throw new UsageError(`--${flag}: expected a number from ${least}, received "${text}"`)
}
