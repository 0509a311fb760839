import type { RunResult } from './runPlan.ts'

const columns: readonly (readonly [name: string, of: (result: RunResult) => string | number])[] = [
  ['client', ({ client }) => client],
  ['Kafka', ({ kafka }) => kafka],
  ['seconds', ({ seconds }) => Math.round(seconds)],
  ['proxy faults', ({ faults }) => Object.values(faults.byKind).reduce((a, b) => a + b, 0)],
  ['broker kills', ({ faults }) => faults.brokerKills],
  ['client kills', ({ faults }) => faults.clientKills],
  ['crashes', ({ crashes }) => crashes.length],
  ['acked', ({ verdict }) => verdict.acked + verdict.committed],
  ['failed', ({ verdict }) => verdict.failed],
  ['unknown', ({ verdict }) => verdict.unknown],
  ['aborted', ({ verdict }) => verdict.aborted],
  ['stored', ({ verdict }) => verdict.stored],
  ['lost', ({ verdict }) => verdict.wrongs.lost],
  ['duplicated', ({ verdict }) => verdict.wrongs.duplicated],
  ['out of order', ({ verdict }) => verdict.wrongs.outOfOrder],
  ['aborted visible', ({ verdict }) => verdict.wrongs.abortedVisible],
  ['torn', ({ verdict }) => verdict.wrongs.torn],
  ['no outcome', ({ verdict }) => verdict.wrongs.unsettled],
  ['rec/s before', ({ pace }) => pace.before],
  ['during', ({ pace }) => pace.during],
  ['after', ({ pace }) => pace.after],
  ['recovery ms', ({ pace }) => pace.recoveryMs ?? 'none'],
]

/** One row for each result, as a table in Markdown. */
export function tableOf(results: readonly RunResult[]): string {
  const rows = [columns.map(([name]) => name), ...results.map((result) => columns.map(([, of]) => String(of(result))))]
  const widths = columns.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)))
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' | ')} |`
  const rule = `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`
  const [head = [], ...body] = rows
  return [line(head), rule, ...body.map(line)].join('\n')
}

/** What was wrong in a run; empty if it was as it should be. */
export function wrongsOf({ verdict, overdue, crashes }: RunResult): string[] {
  const wrongs = Object.entries(verdict.wrongs).flatMap(([name, count]) => (count > 0 ? [`${name}: ${count}`] : []))
  if (overdue) wrongs.push('the driver did not come to an end')
  for (const text of new Set(crashes)) wrongs.push(`the driver ended by itself: ${text}`)
  return [...wrongs, ...verdict.examples]
}
