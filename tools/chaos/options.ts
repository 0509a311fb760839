import { parseArgs } from 'node:util'
import { type DriverName, driverNames } from './run/driverProcess.ts'
import { type Plan, type ScenarioName, scenarioNames } from './run/plan.ts'

/** What the command line asks for. */
export interface ChaosOptions {
  readonly plan: Plan
  readonly drivers: readonly DriverName[]
  /** Where to write all results as JSON, if anywhere. */
  readonly json: string | undefined
}

const defaultRecords = 2_000_000

/** Reads the command line; throws with a sentence for its user. */
export function chaosOptions(args: readonly string[]): ChaosOptions {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...args],
    options: {
      scenario: text,
      driver: { type: 'string', multiple: true },
      kafka: text,
      seed: text,
      minutes: text,
      seconds: text,
      records: text,
      rate: text,
      faults: text,
      'kill-every': text,
      'value-bytes': text,
      json: text,
    },
  })
  const scenario = oneOf<ScenarioName>('scenario', values.scenario ?? 'idempotent', scenarioNames)
  const number = (name: keyof typeof values, otherwise: number): number => {
    const given = values[name]
    const value = given === undefined ? otherwise : Number(given)
    if (!Number.isFinite(value) || value < 0) throw new Error(`--${name} ${String(given)}: expected a number from 0 on`)
    return value
  }
  const plan: Plan = {
    scenario,
    kafka: values.kafka ?? '4.4',
    seed: number('seed', 1),
    faultSeconds: number('seconds', number('minutes', 2) * 60),
    quietSeconds: 10,
    records: scenario === 'kills' ? number('records', defaultRecords) : 0,
    rate: number('rate', 0),
    faultsPerSecond: scenario === 'kills' ? 0 : number('faults', 5),
    killEverySeconds: number('kill-every', scenario === 'kills' ? 5 : 12),
    valueBytes: number('value-bytes', 40),
  }
  const drivers = (values.driver ?? ['posthorn']).map((name) => oneOf<DriverName>('driver', name, driverNames))
  return { plan, drivers, json: values.json }
}

function oneOf<T extends string>(flag: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((name) => name === value)
  if (found === undefined) throw new Error(`--${flag} ${value}: expected ${allowed.join(', ')}`)
  return found
}
