import type { ProducerOptions } from 'posthorn'
import type { ConnectionFlags } from '../connection/flags.ts'
import { connectionSettings } from '../connection/settings.ts'
import { UsageError } from '../exitCodes.ts'
import { csvReader } from './formats/csv.ts'
import { linesReader } from './formats/lines.ts'
import { ndjsonReader } from './formats/ndjson.ts'
import { producerOptions } from './producerOptions.ts'
import type { RecordReader } from './record.ts'

/** The flags of `posthorn produce`, as they stand on the command line. */
export interface ProduceFlags extends ConnectionFlags {
  readonly topic: string
  readonly format: 'lines' | 'ndjson' | 'csv'
  readonly keySeparator?: string
  readonly keyField?: string
  readonly compression?: string
  readonly acks?: string
  readonly config?: readonly string[]
  readonly json?: boolean
}

/** What one `posthorn produce` is to do. */
export interface ProduceJob {
  readonly topic: string
  readonly options: ProducerOptions
  /** Path, or `null` for standard input. */
  readonly file: string | null
  readonly read: RecordReader
  readonly json: boolean
  /** What a person should know of the settings. */
  readonly notices: readonly string[]
}

/** Kafka's default, which the producer has too. */
const DEFAULT_MAX_REQUEST_SIZE = 1_048_576

/** Makes sense of the flags; throws a {@link UsageError} where there is none. */
export function produceJob(file: string | undefined, flags: ProduceFlags): ProduceJob {
  const settings = connectionSettings(flags)
  const options = producerOptions(flags, settings)
  const maxBytes = options.maxRequestSize ?? DEFAULT_MAX_REQUEST_SIZE
  return {
    topic: flags.topic,
    options,
    file: file === undefined || file === '-' ? null : file,
    read: reader(flags, maxBytes),
    json: flags.json ?? false,
    notices: settings.notices,
  }
}

function reader({ format, keySeparator, keyField }: ProduceFlags, maxBytes: number): RecordReader {
  if (format === 'lines') {
    if (keyField !== undefined) throw new UsageError('--key-field needs --format ndjson or csv')
    return linesReader({ keySeparator: separator(keySeparator), maxBytes })
  }
  if (keySeparator !== undefined) {
    throw new UsageError(`--key-separator is for --format lines; with ${format} use --key-field`)
  }
  return (format === 'ndjson' ? ndjsonReader : csvReader)({ keyField: keyField ?? null, maxBytes })
}

function separator(given: string | undefined): Uint8Array | null {
  if (given === undefined) return null
  if (given === '') throw new UsageError('--key-separator must not be empty')
  return Buffer.from(given.replaceAll('\\t', '\t'))
}
