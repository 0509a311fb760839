import { createProducer, explain } from 'posthorn'
import { ExitCode } from '../exitCodes.ts'
import type { Io } from '../io.ts'
import { type Input, openInput } from './input.ts'
import { Interrupts } from './interrupts.ts'
import type { ProduceJob } from './job.ts'
import { noticeLogger } from './notices.ts'
import { type Progress, showProgress } from './progress.ts'
import { pump } from './pump.ts'
import { InputError } from './record.ts'
import { type Summary, summarize, summaryText } from './summary.ts'
import { Tally } from './tally.ts'
import { counted } from './text.ts'

/** Runs `posthorn produce` to its end; returns the exit code. Throws only for what cannot work at all. */
export async function produce(job: ProduceJob, io: Io): Promise<number> {
  const { topic } = job
  for (const notice of job.notices) io.stderr.write(`posthorn: ${notice}\n`)
  const tally = new Tally()
  let progress: Progress | null = null
  let error: string | null = null
  let fix: string | null = null
  const logger = noticeLogger((text) => (error === null ? progress?.notice(text) : undefined))
  const producer = createProducer({ logger, ...job.options, hooks: [() => tally.hooks] })
  const startedAt = performance.now()
  const elapsedMs = (): number => performance.now() - startedAt
  let input: Input | null = null
  const interrupts = new Interrupts(io.signals, {
    drain: () => {
      progress?.notice(
        `interrupted: delivering the ${counted(tally.inFlight, 'record', 'records')} in flight; again to give them up`,
      )
      input?.stream.destroy()
      void producer.close()
    },
    force: () => void producer.close({ timeoutMs: 0 }),
  })
  try {
    input = await openInput(job.file, io)
    progress = showProgress(io, tally, input, elapsedMs)
    // A topic that cannot be written to is found out before anything is read.
    await producer.partitionsFor(topic)
    await pump(job.read(input.stream), { producer, topic, tally, stop: interrupts.signal })
  } catch (thrown) {
    // A stream that was destroyed, or a producer that was closed, by the interrupt is not what went wrong.
    if (!interrupts.signal.aborted) {
      error = messageOf(thrown, input)
      fix = explain(thrown)?.fix ?? null
    }
  } finally {
    input?.stream.destroy()
    await producer.close()
    progress?.stop()
    interrupts.remove()
  }
  const interrupted = interrupts.exitCode !== null
  print(summarize(tally, { topic, elapsedMs: elapsedMs(), interrupted, error }), job, io)
  if (fix !== null) io.stderr.write(`posthorn: ${fix}\n`)
  if (interrupts.exitCode !== null) return interrupts.exitCode
  return error === null && tally.acknowledged === tally.records ? ExitCode.done : ExitCode.failed
}

function messageOf(thrown: unknown, input: Input | null): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return thrown instanceof InputError && input !== null ? `${input.name}, ${message}` : message
}

function print(summary: Summary, { json }: ProduceJob, io: Io): void {
  if (json) io.stdout.write(`${JSON.stringify(summary)}\n`)
  else if (summary.records > 0 || summary.error === null) io.stdout.write(summaryText(summary))
  if (summary.error !== null) io.stderr.write(`posthorn: ${summary.error}\n`)
}
