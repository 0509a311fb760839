import type { AppendedRecords, BrokerCompatibility, Env, Logger } from '@posthorn/contracts'
import { noopLogger, noTimer } from '@posthorn/contracts'
import { BATCH_HEADER_BYTES, encodeUtf8, recordBound, RecordBatchView, writeRecord } from '@posthorn/protocol'
import type { LegacyBrokersOptions } from '../../src/index.ts'
import { legacyBrokers } from '../../src/index.ts'

/** A record to be appended. */
export interface Appended {
  readonly timestamp: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers?: number
}

/** The plugin, as a producer makes it. */
export function plugin(options?: LegacyBrokersOptions, logger: Logger = noopLogger): BrokerCompatibility {
  const clock = { now: () => 0, epochMs: () => 0, schedule: () => noTimer }
  const env: Env = { clock, random: () => 0, logger, clientId: 'test' }
  return legacyBrokers(options)(env)
}

/** Records as a producer's batch holds them. */
export function appended(records: readonly Appended[]): AppendedRecords {
  const header = { key: encodeUtf8('h'), value: null }
  const withHeaders = records.map((record) => ({
    ...record,
    headers: Array.from({ length: record.headers ?? 0 }, () => header),
  }))
  const bound = withHeaders.reduce(
    (sum, { key, value, headers }) => sum + recordBound(key?.length ?? -1, value?.length ?? -1, headers),
    0,
  )
  const bytes = new Uint8Array(bound)
  const baseTimestamp = records[0]?.timestamp ?? 0
  let end = 0
  withHeaders.forEach(({ timestamp, key, value, headers }, index) => {
    end = writeRecord(bytes, end, index, timestamp - baseTimestamp, key, value, headers)
  })
  const partition = { topic: 't', partition: 0 }
  return { partition, recordCount: records.length, baseTimestamp, records: bytes.subarray(0, end) }
}

/** The same from a whole batch of format v2 that is not compressed. */
export function appendedFrom(batch: Uint8Array): AppendedRecords {
  const { recordCount, baseTimestamp, bytes } = new RecordBatchView(batch)
  const records = bytes.subarray(BATCH_HEADER_BYTES)
  return { partition: { topic: 't', partition: 0 }, recordCount, baseTimestamp, records }
}
