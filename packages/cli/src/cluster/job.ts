import type { ClusterOptions } from '@posthorn/testkit'
import { UsageError } from '../exitCodes.ts'

/** The flags of `posthorn cluster`, as they stand on the command line. */
export interface ClusterFlags {
  readonly brokers: string
  readonly port: string
  readonly partitions: string
  readonly topic?: readonly string[]
  readonly autoCreateTopics: boolean
  readonly json?: boolean
}

/** What one `posthorn cluster` is to do. */
export interface ClusterJob {
  readonly options: ClusterOptions
  readonly port: number
  readonly json: boolean
}

const MAX_PORT = 65_535
const MAX_PARTITIONS = 10_000
const MAX_BROKERS = 100

/** Makes sense of the flags; throws a {@link UsageError} where there is none. */
export function clusterJob(flags: ClusterFlags): ClusterJob {
  const brokers = wholeNumber('--brokers', flags.brokers, 1, MAX_BROKERS)
  const port = wholeNumber('--port', flags.port, 0, MAX_PORT)
  if (port > 0 && port + brokers - 1 > MAX_PORT) {
    throw new UsageError(`--port ${port}: ${brokers} brokers need ports up to ${port + brokers - 1}`)
  }
  const defaultPartitions = wholeNumber('--partitions', flags.partitions, 1, MAX_PARTITIONS)
  const topics = (flags.topic ?? []).map((text) => topic(text, defaultPartitions))
  return {
    options: {
      ...{ brokers, defaultPartitions, autoCreateTopics: flags.autoCreateTopics, topics: Object.fromEntries(topics) },
      historyLimit: 0,
    },
    port,
    json: flags.json ?? false,
  }
}

function topic(text: string, defaultPartitions: number): [string, number] {
  const [name = '', partitions, ...more] = text.split(':')
  if (more.length > 0 || !/^[a-zA-Z0-9._-]{1,249}$/.test(name) || name === '.' || name === '..') {
    throw new UsageError(`--topic ${text}: expected NAME or NAME:PARTITIONS, the name of letters, digits, ., _ and -`)
  }
  const count = partitions === undefined ? defaultPartitions : wholeNumber('--topic', partitions, 1, MAX_PARTITIONS)
  return [name, count]
}

function wholeNumber(flag: string, text: string, min: number, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (value >= min && value <= max) return value
  throw new UsageError(`${flag}: expected a whole number from ${min} to ${max}, received "${text}"`)
}
