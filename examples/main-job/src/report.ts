import type { JobReport } from './job.ts'
import type { PartitionWritten } from './write.ts'

const headings = [
  'partition',
  'records',
  'batches',
  'bytes before',
  'after',
  'first offset',
  'last offset',
  'p50 ms',
  'p99 ms',
]

/** The report for people. */
export function reportText(report: JobReport): string {
  const { cluster, topic, dataset, records, keys, writeSeconds, readSeconds, partitions, equal } = report
  const rows = [
    headings,
    ...partitions.map((each) => cells(String(each.partition), each)),
    cells('all', total(partitions)),
  ]
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const table = rows.map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  '))
  const verdict = equal
    ? 'All records came back equal: key, value, headers, timestamp, and order per key.'
    : ['What came back differs from what was sent:', ...report.differences].join('\n  ')
  return [
    `cluster   ${cluster}`,
    `data set  ${dataset}: ${count(records)} records, ${keys} keys`,
    `topic     ${topic}, gzip, idempotent`,
    '',
    ...table,
    '',
    `Written in ${writeSeconds.toFixed(2)} s (${count(records / writeSeconds)} records/s, latency from send to acknowledgement),`,
    `read back in ${readSeconds.toFixed(2)} s by kafkajs.`,
    verdict,
    '',
  ].join('\n')
}

/** The report for programs. */
export function reportJson(report: JobReport): string {
  const partitions = report.partitions.map(({ latencies, firstOffset, lastOffset, ...counts }) => ({
    ...counts,
    ...{ firstOffset: Number(firstOffset), lastOffset: Number(lastOffset) },
    ...{ p50Ms: rounded(percentile(latencies, 50)), p99Ms: rounded(percentile(latencies, 99)) },
  }))
  const [writeSeconds, readSeconds] = [rounded(report.writeSeconds), rounded(report.readSeconds)]
  return `${JSON.stringify({ ...report, writeSeconds, readSeconds, partitions })}\n`
}

function cells(name: string, written: PartitionWritten): string[] {
  const { records, batches, bytesBefore, bytesAfter, firstOffset, lastOffset, latencies } = written
  const offset = (value: bigint): string => (value < 0n ? '' : count(value))
  return [
    ...[name, count(records), count(batches), count(bytesBefore), count(bytesAfter)],
    ...[offset(firstOffset), offset(lastOffset)],
    ...[percentile(latencies, 50).toFixed(1), percentile(latencies, 99).toFixed(1)],
  ]
}

function total(partitions: readonly PartitionWritten[]): PartitionWritten {
  const sum = (of: (each: PartitionWritten) => number): number => partitions.reduce((all, each) => all + of(each), 0)
  return {
    partition: -1,
    records: sum(({ records }) => records),
    batches: sum(({ batches }) => batches),
    bytesBefore: sum(({ bytesBefore }) => bytesBefore),
    bytesAfter: sum(({ bytesAfter }) => bytesAfter),
    ...{ firstOffset: -1n, lastOffset: -1n },
    latencies: partitions.flatMap(({ latencies }) => latencies),
  }
}

function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.ceil((sorted.length * percent) / 100) - 1] ?? 0
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000
}

function count(value: number | bigint): string {
  return (typeof value === 'bigint' ? value : Math.round(value)).toLocaleString('en-US')
}
