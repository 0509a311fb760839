import { counted } from '../produce/text.ts'
import type { Report, Step } from './report.ts'

const WIDTH = 12
const INDENT = ' '.repeat(4)

/** A step for people, with what is behind it when it failed. `previous` is the target of the step before. */
export function stepText({ target, step, status, ms, detail, problem }: Step, previous: string | null): string {
  const head = target === previous ? '' : `${target}\n`
  const mark = status === 'failed' ? 'FAILED' : status === 'warning' ? 'warn' : 'ok'
  const time = `${ms.toFixed(1)} ms`.padStart(11)
  const line = `  ${mark.padEnd(6)}  ${step.padEnd(WIDTH)}${time}  ${detail}`.trimEnd()
  return `${head}${line}\n${problemText(problem)}`
}

function problemText(problem: Step['problem']): string {
  if (problem === null) return ''
  const lines = [problem.message]
  if (problem.explanation !== null) {
    const { cause, meaning, fix } = problem.explanation
    lines.push(`cause: ${meaning} (${cause})`, `fix:   ${fix}`)
  }
  return lines.map((line) => `${INDENT}${line}\n`).join('')
}

/** The last line. */
export function summaryText({ steps, ms }: Report): string {
  const failed = steps.filter(({ status }) => status === 'failed').length
  const warned = steps.filter(({ status }) => status === 'warning').length
  const time = `${(ms / 1000).toFixed(2)} s`
  if (failed > 0) return `\n${failed} of ${counted(steps.length, 'step', 'steps')} failed, in ${time}\n`
  const warnings = warned > 0 ? `, ${counted(warned, 'warning', 'warnings')}` : ''
  return `\nall ${counted(steps.length, 'step', 'steps')} succeeded, in ${time}${warnings}\n`
}
