import type { Tally } from './tally.ts'
import { bytesText, counted, countText, tableText } from './text.ts'

/** What `--json` prints. */
export interface Summary {
  readonly topic: string
  /** Records read. */
  readonly records: number
  readonly acknowledged: number
  readonly failed: number
  /** Bytes of keys and values. */
  readonly bytes: number
  readonly seconds: number
  readonly recordsPerSecond: number
  readonly batches: number
  readonly retries: number
  /** Bytes of the batches as sent: after compression, headers included. */
  readonly bytesSent: number
  readonly partitions: readonly {
    readonly partition: number
    readonly records: number
    /** `null` when the broker gave none (acks=0). */
    readonly firstOffset: number | null
    readonly lastOffset: number | null
  }[]
  readonly errors: readonly { readonly code: string; readonly count: number; readonly message: string }[]
  /** Whether a signal ended the run before the end of the input. */
  readonly interrupted: boolean
  /** What ended the run before the end of the input, if anything did. */
  readonly error: string | null
}

/** How a run ended, beside what was counted. */
export interface Ending {
  readonly topic: string
  readonly elapsedMs: number
  readonly interrupted: boolean
  readonly error: string | null
}

/** The summary of a run. */
export function summarize(tally: Tally, { topic, elapsedMs, interrupted, error }: Ending): Summary {
  const offset = (value: bigint): number | null => (value < 0n ? null : Number(value))
  return {
    topic,
    records: tally.records,
    acknowledged: tally.acknowledged,
    failed: tally.failed,
    bytes: tally.bytes,
    seconds: Math.round(elapsedMs) / 1000,
    recordsPerSecond: elapsedMs === 0 ? 0 : Math.round((tally.acknowledged * 1000) / elapsedMs),
    batches: tally.batches,
    retries: tally.retries,
    bytesSent: tally.bytesSent,
    partitions: [...tally.partitions]
      .sort(([a], [b]) => a - b)
      .map(([partition, { records, firstOffset, lastOffset }]) => ({
        ...{ partition, records, firstOffset: offset(firstOffset), lastOffset: offset(lastOffset) },
      })),
    errors: Array.from(tally.errors, ([code, { count, message }]) => ({ code, count, message })),
    interrupted,
    error,
  }
}

/** The same for people. */
export function summaryText(summary: Summary): string {
  const { topic, records, acknowledged, failed, bytes, seconds, recordsPerSecond, batches, retries, bytesSent } =
    summary
  const lines = [
    `${counted(records, 'record', 'records')} for ${topic}: ${countText(acknowledged)} acknowledged, ${countText(failed)} failed`,
    `${bytesText(bytes)} in ${seconds.toFixed(2)} s, ${countText(recordsPerSecond)} records/s; ` +
      `${bytesText(bytesSent)} sent in ${counted(batches, 'batch', 'batches')}, ${counted(retries, 'retry', 'retries')}`,
    ...summary.errors.map(({ code, count, message }) => `${code} × ${countText(count)}: ${message}`),
  ]
  return `${lines.join('\n')}\n${partitionsText(summary)}`
}

function partitionsText({ partitions }: Summary): string {
  if (partitions.length === 0) return ''
  const cell = (offset: number | null): string => (offset === null ? '–' : countText(offset))
  return tableText([
    ['partition', 'records', 'first offset', 'last offset'],
    ...partitions.map(({ partition, records, firstOffset, lastOffset }) => [
      ...[countText(partition), countText(records), cell(firstOffset), cell(lastOffset)],
    ]),
  ])
}
