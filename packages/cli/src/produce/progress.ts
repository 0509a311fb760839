import { SingleBar } from 'cli-progress'
import type { Io } from '../io.ts'
import type { Input } from './input.ts'
import { bytesText, countText } from './text.ts'
import type { Tally } from './tally.ts'

const REDRAW_MS = 200

const facts = '{records} records | {bytes} | {rate}/s | {inFlight} in flight | {failed} failed'

/** A line on a terminal that tells how far the run is. */
export interface Progress {
  /** Writes a line of its own, above the progress. */
  notice(text: string): void
  stop(): void
}

/** Shows progress if standard error is a terminal; with the number of bytes to come it shows a bar too. */
export function showProgress(io: Io, tally: Tally, input: Input, elapsedMs: () => number): Progress {
  const notice = (text: string): void => void io.stderr.write(`posthorn: ${text}\n`)
  if (io.stderr.isTTY !== true) return { notice, stop: () => {} }
  const bar = new SingleBar({
    stream: io.stderr,
    format: input.totalBytes === null ? facts : `{bar} {percentage}% | ${facts}`,
    barsize: 20,
    hideCursor: true,
    linewrap: false,
    // Signals are ours: the run ends in good order, and so does the bar.
    gracefulExit: false,
  })
  const draw = (): void => bar.update(input.totalBytes === null ? 0 : input.bytesRead(), payload(tally, elapsedMs()))
  bar.start(input.totalBytes ?? 0, 0, payload(tally, elapsedMs()))
  const timer = setInterval(draw, REDRAW_MS)
  return {
    notice: (text) => {
      io.stderr.write('\r\u001B[K')
      notice(text)
    },
    stop: () => {
      clearInterval(timer)
      draw()
      bar.stop()
    },
  }
}

function payload(tally: Tally, elapsedMs: number): Record<string, string> {
  return {
    records: countText(tally.records),
    bytes: bytesText(tally.bytes),
    rate: countText(elapsedMs === 0 ? 0 : (tally.acknowledged * 1000) / elapsedMs),
    inFlight: countText(tally.inFlight),
    failed: countText(tally.failed),
  }
}
