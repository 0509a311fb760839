import type { Hooks, Logger, LogFields } from '@posthorn/contracts'
import type { Scenario } from './scenarios.ts'

/** The same scenario, with a line for everything that the producer does, in simulated time. */
export function traced(scenario: Scenario): Scenario {
  return {
    ...scenario,
    options: (stage) => {
      const line: Telling = (what, facts) => printed(stage.clock.now(), what, facts)
      const given = scenario.options?.(stage) ?? {}
      return { ...given, logger: loggerTo(line), hooks: [...(given.hooks ?? []), () => hooksTo(line)] }
    },
  }
}

/** Takes one line of a trace, with its time in simulated ms. */
export type Line = (now: number, what: string, facts: object) => void

type Telling = (what: string, facts: object) => void

/** Writes a line of a trace to the console. */
export const printed: Line = (now, what, facts) => {
  console.log(`${now.toFixed(1).padStart(10)} ms  ${what} ${shown(facts)}`)
}

/** A logger whose messages become lines. */
export function loggerTo(line: Telling): Logger {
  const level =
    (name: string) =>
    (message: string, fields: LogFields = {}): void => {
      line(`${name}: ${message}`, fields)
    }
  return { debug: level('debug'), info: level('info'), warn: level('warn'), error: level('error') }
}

/** Hooks whose events become lines. */
export function hooksTo(line: Telling): Hooks {
  return {
    name: 'trace',
    onRequest: (event) => {
      line('->', event)
    },
    onResponse: (event) => {
      line('<-', event)
    },
    onRetry: ({ partition, records, attempts, error, backoffMs }) => {
      line('retry', { partition: partition.partition, records, attempts, code: error.code, backoffMs })
    },
    onSplit: ({ partition, records, pieces }) => {
      line('divided', { partition: partition.partition, records, pieces })
    },
    onBatchSettled: ({ partition, records, baseOffset, error }) => {
      line(error === null ? 'stored' : 'failed', {
        partition: partition.partition,
        records,
        baseOffset,
        ...(error !== null && { code: error.code, maybePersisted: error.maybePersisted }),
      })
    },
  }
}

function shown(facts: object): string {
  return JSON.stringify(facts, (_key, value: unknown) => {
    if (typeof value === 'bigint') return String(value)
    if (value instanceof Error) return value.message
    return typeof value === 'number' ? Math.round(value * 10) / 10 : value
  })
}
