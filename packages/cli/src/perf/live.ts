import type { Clock } from '@posthorn/contracts'
import type { Io } from '../io.ts'
import type { PerfTally } from './perfTally.ts'
import { sampleText } from './resultText.ts'

const SAMPLE_MS = 1000

/** A run that is being watched. */
export interface Live {
  /** Writes a line of its own, that stays. */
  notice(text: string): void
  /** Takes the last sample, of what is left of a second. */
  stop(): void
}

/** Takes a sample every second, and shows it on a terminal: each in the place of the one before. */
export function watch(io: Io, tally: PerfTally, clock: Clock): Live {
  const { stderr } = io
  const isTerminal = stderr.isTTY === true
  const clear = (): void => {
    if (isTerminal) stderr.write('\r\u001B[K')
  }
  const sample = (): void => {
    const taken = tally.sample()
    clear()
    if (isTerminal) stderr.write(sampleText(taken))
  }
  const schedule = (): ReturnType<Clock['schedule']> =>
    clock.schedule(
      SAMPLE_MS,
      () => {
        sample()
        timer = schedule()
      },
      true,
    )
  let timer = schedule()
  return {
    notice(text) {
      clear()
      stderr.write(`posthorn: ${text}\n`)
    },
    stop() {
      timer.cancel()
      tally.sample()
      clear()
    },
  }
}
