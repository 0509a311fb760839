import type { Hooks, Logger, LogFields } from '@posthorn/contracts'

/** Takes one line of a trace, with its time in simulated ms. */
export type Line = (now: number, what: string, facts: object) => void

/** Writes a line to the console. */
export const printed: Line = (now, what, facts) => {
  console.log(`${now.toFixed(1).padStart(10)} ms  ${what} ${shown(facts)}`)
}

/** A logger whose messages become lines. */
export function loggerTo(line: (what: string, facts: object) => void): Logger {
  const level =
    (name: string) =>
    (message: string, fields: LogFields = {}): void => {
      line(`${name}: ${message}`, fields)
    }
  return { debug: level('debug'), info: level('info'), warn: level('warn'), error: level('error') }
}

/** Hooks whose events become lines. */
export function hooksTo(line: (what: string, facts: object) => void): Hooks {
  return {
    name: 'trace',
    onRequest: (event) => line('->', event),
    onResponse: (event) => line('<-', event),
    onRetry: ({ partition, records, attempts, error }) =>
      line('retry', { topic: partition.topic, partition: partition.partition, records, attempts, code: error.code }),
    onBatchSettled: ({ partition, records, baseOffset, error }) =>
      line(error === null ? 'stored' : 'failed', {
        topic: partition.topic,
        partition: partition.partition,
        records,
        baseOffset,
        ...(error !== null && { code: error.code, message: error.message, maybePersisted: error.maybePersisted }),
      }),
  }
}

function shown(facts: object): string {
  return JSON.stringify(facts, (_key, value: unknown) => {
    if (typeof value === 'bigint') return String(value)
    if (value instanceof Error) return value.message
    return typeof value === 'number' ? Math.round(value * 10) / 10 : value
  })
}
