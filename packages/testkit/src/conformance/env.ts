import type { Env } from '@posthorn/contracts'
import { noopLogger } from '@posthorn/contracts'
import { VirtualClock } from '../clock/virtualClock.ts'
import { seededRandom } from '../random.ts'

/** What a suite gives to the plugin under test: time that stands still and chance that repeats. */
export interface ConformanceEnv extends Env {
  readonly clock: VirtualClock
}

/** An {@link ConformanceEnv} of its own; `random` defaults to a seeded generator that is the same in every run. */
export function conformanceEnv(random: () => number = seededRandom('conformance')): ConformanceEnv {
  return { clock: new VirtualClock(), random, logger: noopLogger, clientId: 'conformance' }
}
