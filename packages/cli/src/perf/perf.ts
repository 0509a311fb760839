import { writeFileSync } from 'node:fs'
import type { Clock } from '@posthorn/contracts'
import { createProducer, type Producer, type Transactions } from 'posthorn'
import { ExitCode } from '../exitCodes.ts'
import type { Io } from '../io.ts'
import { Interrupts } from '../produce/interrupts.ts'
import { noticeLogger } from '../produce/notices.ts'
import { counted } from '../produce/text.ts'
import type { PerfJob } from './job.ts'
import { type Live, watch } from './live.ts'
import { sendLoad } from './load.ts'
import { PerfTally } from './perfTally.ts'
import { processClock } from './processClock.ts'
import { reportPage } from './report/page.ts'
import { type PerfResult, perfResult } from './result.ts'
import { perfResultText } from './resultText.ts'

/**
 * Runs `posthorn perf` to its end; returns the exit code. Throws only for what cannot work at all. The clock times the
 * load; the producer has its own in its options.
 */
export async function perf(job: PerfJob, io: Io, clock: Clock = processClock): Promise<number> {
  const { topic } = job
  for (const notice of job.notices) io.stderr.write(`posthorn: ${notice}\n`)
  const tally = new PerfTally(() => clock.now())
  let live: Live | null = null
  let error: string | null = null
  const logger = noticeLogger((text) => live?.notice(text))
  const producer = createProducer({ logger, ...job.options, hooks: [() => tally.hooks] })
  const interrupts = new Interrupts(io.signals, {
    drain: () => {
      live?.notice(
        `interrupted: waiting for the ${counted(tally.inFlight, 'record', 'records')} in flight; again to give them up`,
      )
    },
    force: () => void producer.close({ timeoutMs: 0 }),
  })
  let elapsedMs = 0
  try {
    // A topic that cannot be written to is found out before anything is timed.
    await producer.partitionsFor(topic)
    const transactions = await transactionsOf(job, producer)
    const load = { ...job, producer, transactions, clock, tally, stop: interrupts.signal }
    if (job.warmupRecords > 0) {
      await sendLoad({ ...load, records: job.warmupRecords, durationMs: Number.POSITIVE_INFINITY })
      await producer.flush()
    }
    tally.restart()
    live = watch(io, tally, clock)
    await sendLoad(load)
    await producer.flush()
  } catch (thrown) {
    error = thrown instanceof Error ? thrown.message : String(thrown)
  } finally {
    elapsedMs = tally.elapsedMs
    live?.stop()
    await producer.close()
    interrupts.remove()
  }
  const result = perfResult(job, tally, { elapsedMs, interrupted: interrupts.exitCode !== null, error })
  print(result, job, io)
  if (interrupts.exitCode !== null) return interrupts.exitCode
  return error === null && tally.failed === 0 && tally.aborted === 0 ? ExitCode.done : ExitCode.failed
}

async function transactionsOf(
  { transactionRecords }: PerfJob,
  producer: Producer<Uint8Array | string, Uint8Array | string, unknown>,
): Promise<{ handle: Transactions; records: number } | null> {
  if (transactionRecords === null) return null
  const handle = producer.delivery as Transactions
  await handle.init()
  return { handle, records: transactionRecords }
}

function print(result: PerfResult, { json, report }: PerfJob, io: Io): void {
  if (json) io.stdout.write(`${JSON.stringify(result)}\n`)
  else if (result.records > 0 || result.error === null) io.stdout.write(perfResultText(result))
  if (report !== null) {
    writeFileSync(report, reportPage(result))
    io.stderr.write(`posthorn: the report is in ${report}\n`)
  }
  if (result.error !== null) io.stderr.write(`posthorn: ${result.error}\n`)
}
