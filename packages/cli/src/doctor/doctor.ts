import { ExitCode } from '../exitCodes.ts'
import type { Io } from '../io.ts'
import { type DoctorParts, examine, type Examination } from './examine.ts'
import { stepText, summaryText } from './reportText.ts'

/** Runs `posthorn doctor` to its end; returns the exit code. */
export async function doctor(
  job: Examination & { readonly json: boolean },
  parts: DoctorParts,
  io: Io,
): Promise<number> {
  for (const notice of job.notices) io.stderr.write(`posthorn: ${notice}\n`)
  let previous: string | null = null
  const report = await examine(job, parts, (step) => {
    if (!job.json) io.stdout.write(stepText(step, previous))
    previous = step.target
  })
  io.stdout.write(job.json ? `${JSON.stringify(report)}\n` : summaryText(report))
  return report.ok ? ExitCode.done : ExitCode.failed
}
