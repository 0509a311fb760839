import { writeSync } from 'node:fs'
import type { DriverLine, KeyRange } from './contract.ts'

/** What a client says of a record. */
export type Outcome = 'acked' | 'failed' | 'unknown'

/**
 * Writes a line at once: what was said before the process is killed is said. On a pipe that is full, it waits for the
 * reader.
 */
export function say(line: DriverLine): void {
  const bytes = Buffer.from(JSON.stringify(line) + '\n')
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(1, bytes, at)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
    }
  }
}

/** Gathers outcomes into ranges, which are short as long as a key's records come to their ends in order. */
export class Outcomes {
  readonly #ranges: Record<Outcome, [number, number, number][]> = { acked: [], failed: [], unknown: [] }
  readonly #open: Record<Outcome, ([number, number, number] | undefined)[]> = { acked: [], failed: [], unknown: [] }
  #errors: Record<string, number> = {}

  /** Notes what became of one record. */
  add(outcome: Outcome, key: number, sequence: number): void {
    const open = this.#open[outcome][key]
    if (open !== undefined && open[2] + 1 === sequence) {
      open[2] = sequence
      return
    }
    const range: [number, number, number] = [key, sequence, sequence]
    this.#open[outcome][key] = range
    this.#ranges[outcome].push(range)
  }

  /** Notes an error by its code. */
  error(code: string): void {
    this.#errors[code] = (this.#errors[code] ?? 0) + 1
  }

  /** The errors since the last call. */
  takeErrors(): Record<string, number> {
    const errors = this.#errors
    this.#errors = {}
    return errors
  }

  /** Says what was noted since the last call, if anything. */
  flush(): void {
    const [acked, failed, unknown] = [this.#take('acked'), this.#take('failed'), this.#take('unknown')]
    if (acked.length + failed.length + unknown.length === 0) return
    say({ kind: 'outcomes', at: Date.now(), acked, failed, unknown, errors: this.takeErrors() })
  }

  #take(outcome: Outcome): KeyRange[] {
    const ranges = this.#ranges[outcome]
    this.#ranges[outcome] = []
    this.#open[outcome] = []
    return ranges
  }
}
