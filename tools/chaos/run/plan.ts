import { type Kill, kills, type ProxyFault, proxyFaults } from '../schedule/schedule.ts'

/** What can be run. */
export const scenarioNames = ['kills', 'idempotent', 'transactions'] as const

/** One of {@link scenarioNames}. */
export type ScenarioName = (typeof scenarioNames)[number]

/** What a run is: the same plan for every client. */
export interface Plan {
  readonly scenario: ScenarioName
  readonly kafka: string
  readonly seed: number
  /** How long faults last; not in a scenario that counts records. */
  readonly faultSeconds: number
  /** Time without faults before them and after them, to compare with; not in a scenario that counts records. */
  readonly quietSeconds: number
  /** Records to send; 0 where time is what counts. */
  readonly records: number
  /** Records a second; 0: as fast as it goes. */
  readonly rate: number
  /** Faults of the proxies, a second; 0: the client talks to the brokers themselves. */
  readonly faultsPerSecond: number
  /** How long all brokers are up, in the mean, before one dies; 0: none dies. */
  readonly killEverySeconds: number
  readonly valueBytes: number
}

const brokers = 3
// A broker takes some seconds to come back, and the last fault is to be one of the proxy.
const lastKillBeforeEndMs = 8000

/** What happens when, counted from the first outcome that the client reports. */
export interface Schedules {
  readonly proxy: readonly ProxyFault[]
  readonly brokerKills: Iterable<Kill>
  readonly clientKills: Iterable<Kill>
  /** When deaths begin to be counted out, and after which moment nobody dies any more. */
  readonly killsFromMs: number
  readonly killsUntilMs: number
}

/** Draws what happens when; the same for the same plan. */
export function schedulesOf(plan: Plan): Schedules {
  const { scenario, seed, quietSeconds, faultsPerSecond, killEverySeconds } = plan
  const fromMs = plan.records > 0 ? 0 : quietSeconds * 1000
  const toMs = fromMs + plan.faultSeconds * 1000
  const around = (ms: number): [number, number] => [ms * (2 / 3), ms * (4 / 3)]
  return {
    proxy: proxyFaults({ seed, fromMs, toMs }, { perSecond: faultsPerSecond, brokers }),
    brokerKills:
      killEverySeconds > 0
        ? kills({ seed, what: 'broker', victims: brokers, upMs: around(killEverySeconds * 1000), downMs: [500, 3000] })
        : [],
    clientKills:
      scenario === 'transactions'
        ? kills({ seed, what: 'client', victims: 1, upMs: around(12_000), downMs: [100, 1500] })
        : [],
    killsFromMs: fromMs,
    killsUntilMs: plan.records > 0 ? Infinity : toMs - lastKillBeforeEndMs,
  }
}
