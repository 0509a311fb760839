import { bytesText, counted, countText, tableText } from '../produce/text.ts'
import type { Sample } from './perfTally.ts'
import type { PerfResult } from './result.ts'
import { type Step, stepsOf } from './steps.ts'

const BAR_WIDTH = 40

/** The result for people: what was done, how long it took, and a histogram of that. */
export function perfResultText(result: PerfResult): string {
  const { topic, records, acknowledged, failed, bytes, seconds, recordsPerSecond, bytesPerSecond } = result
  const { bytesSent, batches, retries, transactions, latencyMs, errors } = result
  const lines = [
    `${counted(records, 'record', 'records')} for ${topic}: ${countText(acknowledged)} acknowledged, ${countText(failed)} failed`,
    `${bytesText(bytes)} in ${seconds.toFixed(2)} s: ${countText(recordsPerSecond)} records/s, ${bytesText(bytesPerSecond)}/s; ` +
      `${bytesText(bytesSent)} sent in ${counted(batches, 'batch', 'batches')}, ${counted(retries, 'retry', 'retries')}`,
    ...(transactions === null
      ? []
      : [
          `${counted(transactions.committed, 'transaction', 'transactions')} committed, ${countText(transactions.aborted)} aborted; ` +
            `commit p50 ${msText(transactions.commitMs.p50)}, p99 ${msText(transactions.commitMs.p99)}`,
        ]),
    ...errors.map(({ code, count, message }) => `${code} × ${countText(count)}: ${message}`),
  ]
  if (acknowledged === 0) return `${lines.join('\n')}\n`
  const { min, mean, p50, p90, p95, p99, p999, p9999, max } = latencyMs
  const table = tableText([
    ['latency', 'min', 'mean', 'p50', 'p90', 'p95', 'p99', 'p99.9', 'p99.99', 'max'],
    ['', ...[min, mean, p50, p90, p95, p99, p999, p9999, max].map(msText)],
  ])
  return `${lines.join('\n')}\n\n${table}\n${histogramText(stepsOf(result.histogram))}`
}

/** One line that tells how it is going. */
export function sampleText({
  atSeconds,
  recordsPerSecond,
  bytesPerSecond,
  p50Ms,
  p99Ms,
  maxMs,
  inFlight,
}: Sample): string {
  return (
    `${atSeconds.toFixed(0)} s: ${countText(recordsPerSecond)} records/s, ${bytesText(bytesPerSecond)}/s, ` +
    `latency p50 ${msText(p50Ms)}, p99 ${msText(p99Ms)}, max ${msText(maxMs)}, ${countText(inFlight)} in flight`
  )
}

function histogramText(steps: readonly Step[]): string {
  const total = steps.reduce((sum, { count }) => sum + count, 0)
  const most = Math.max(...steps.map(({ count }) => count))
  const texts = steps.map(({ fromMs, toMs }) => `${msText(fromMs)} – ${msText(toMs)}`)
  const width = Math.max(...texts.map(({ length }) => length))
  const rows = steps.map(({ count }, i) => {
    // Something is never shown as nothing.
    const bar = '█'.repeat(count === 0 ? 0 : Math.max(1, Math.round((count / most) * BAR_WIDTH)))
    const percent = ((count * 100) / total).toFixed(count * 1000 < total ? 3 : 1)
    return `${texts[i]!.padStart(width)}  ${bar.padEnd(BAR_WIDTH)}  ${percent} %\n`
  })
  return rows.join('')
}

/** Milliseconds with as many digits as mean something. */
function msText(ms: number): string {
  if (ms >= 10_000) return `${countText(ms / 1000)} s`
  return `${ms >= 100 ? ms.toFixed(0) : ms >= 10 ? ms.toFixed(1) : ms.toFixed(2)} ms`
}
