import { Violation } from '../target.ts'

/** Collects what nobody catches from now on; `end` throws the first of it. */
export function strayErrors(): { end(): Promise<void> } {
  const errors: unknown[] = []
  const note = (error: unknown): void => void errors.push(error)
  process.on('unhandledRejection', note)
  process.on('uncaughtException', note)
  return {
    async end() {
      // Node tells of rejections once all promise jobs are done, which they are before the next immediate.
      await new Promise((resolve) => setImmediate(resolve))
      process.off('unhandledRejection', note)
      process.off('uncaughtException', note)
      const [first] = errors
      if (errors.length > 0)
        throw new Violation(`nobody caught ${first instanceof Error ? (first.stack ?? first.message) : String(first)}`)
    },
  }
}
