import { readFile } from 'node:fs/promises'
import type { Pushed } from './otlp.ts'
import { readMetrics } from './otlp.ts'

/** A push, as the reporter in `tools/kafka/telemetry` wrote it down. */
export interface Report {
  readonly clientId: string
  readonly instanceId: string
  readonly terminating: boolean
  /** What the broker gave to the reporter, decompressed. */
  readonly data: Uint8Array
  readonly metrics: readonly Pushed[]
}

/** What was written until now; a line that is still being written is left out. */
export async function readReports(file: string): Promise<Report[]> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.split('\n').slice(0, -1).map(parse)
}

function parse(line: string): Report {
  const [clientId = '', instanceId = '', terminating, hex = ''] = line.split(' ')
  const data = Buffer.from(hex, 'hex')
  return { clientId, instanceId, terminating: terminating === 'true', data, metrics: readMetrics(data) }
}

/** Kind, temporality and labels of every metric, by name. */
export function shapesOf(reports: readonly Report[]): Map<string, string> {
  const found = new Map<string, string>()
  for (const { name, kind, temporality, monotonic, points } of reports.flatMap(({ metrics }) => metrics)) {
    const labels = [...new Set(points.flatMap((point) => Object.keys(point.labels)))].sort()
    found.set(name, [kind, temporality, monotonic, ...labels].join(' '))
  }
  return found
}

/** All values of a metric together. */
export function sumOf(reports: readonly Report[], name: string): number {
  return reports
    .flatMap(({ metrics }) => metrics)
    .filter((metric) => metric.name === name)
    .flatMap(({ points }) => points)
    .reduce((sum, { value }) => sum + value, 0)
}
