import type { PerfResult } from '../result.ts'
import { perfResultText } from '../resultText.ts'
import { escape, plot } from './plot.ts'

const BLUE = '#1f77b4'
const RED = '#d62728'
const GREY = '#7f7f7f'

const style = `body { font: 15px/1.5 system-ui, sans-serif; max-width: 900px; margin: 2em auto; padding: 0 1em; color: #222 }
svg { width: 100%; background: #fff; margin: 1em 0; font: 12px system-ui, sans-serif }
svg .grid { stroke: #ddd } svg .title { font-size: 14px; font-weight: 600 }
pre { background: #f5f5f5; padding: 1em; overflow-x: auto } table { border-collapse: collapse }
td { padding: 0.1em 1.5em 0.1em 0; vertical-align: top } td:first-child { color: #555 }`

/**
 * A run as one HTML document that needs nothing else: no script, no style and no picture from elsewhere. Everything that
 * came from the command line or the cluster is text in it.
 */
export function reportPage(result: PerfResult): string {
  const { topic, samples, settings, node, interrupted, error } = result
  const note = error ?? (interrupted ? 'The run was interrupted.' : null)
  const rows = [['Node', node], ...Object.entries(settings)]
  const body = [
    `<h1>posthorn perf: ${escape(topic)}</h1>`,
    ...(note === null ? [] : [`<p><strong>${escape(note)}</strong></p>`]),
    `<pre>${escape(perfResultText(result))}</pre>`,
    ...(samples.length === 0 ? [] : plotsOf(result)),
    `<h2>Settings</h2>\n<table>${rows.map(row).join('\n')}</table>`,
  ]
  return (
    `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>posthorn perf: ${escape(topic)}</title>\n` +
    `<style>${style}</style>\n</head>\n<body>\n${body.join('\n')}\n</body>\n</html>\n`
  )
}

function plotsOf({ samples, histogram }: PerfResult): string[] {
  const over = (value: (sample: (typeof samples)[number]) => number): [number, number][] =>
    samples.map((sample) => [sample.atSeconds, value(sample)])
  const total = histogram.reduce((sum, { count }) => sum + count, 0)
  let before = 0
  const quantiles = histogram.map(({ toMs, count }): [number, number] => [((before += count) * 100) / total, toMs])
  return [
    plot({
      ...{ title: 'Throughput', x: 'seconds', y: 'records per second', filled: true },
      lines: [{ name: 'records/s', colour: BLUE, points: over((sample) => sample.recordsPerSecond) }],
    }),
    plot({
      ...{ title: 'Latency, second by second', x: 'seconds', y: 'ms' },
      lines: [
        { name: 'p50', colour: BLUE, points: over((sample) => sample.p50Ms) },
        { name: 'p99', colour: RED, points: over((sample) => sample.p99Ms) },
        { name: 'max', colour: GREY, points: over((sample) => sample.maxMs) },
      ],
    }),
    plot({
      ...{ title: 'Latency that so many of a hundred records did not exceed', x: '% of the records', y: 'ms' },
      lines: [{ name: 'latency', colour: BLUE, points: quantiles }],
    }),
    plot({
      ...{ title: 'Records without an outcome', x: 'seconds', y: 'records', filled: true },
      lines: [{ name: 'in flight', colour: BLUE, points: over((sample) => sample.inFlight) }],
    }),
  ]
}

function row([name = '', value = '']: readonly string[]): string {
  return `<tr><td>${escape(name)}</td><td>${escape(value)}</td></tr>`
}
