import type { Clock } from './clock.ts'
import type { Logger } from './logger.ts'

/** What a producer gives to each of its plugins when it is assembled. */
export interface Env {
  /** The producer's clock. A plugin takes time from nowhere else. */
  readonly clock: Clock
  /** The producer's randomness: uniform in [0, 1). A plugin takes chance from nowhere else. */
  random(): number
  /** The producer's logger. */
  readonly logger: Logger
  /** `clientId` of the producer, after defaults. */
  readonly clientId: string
}

/**
 * A plugin: the user gives options to a factory, the factory returns this, and the producer calls it once with its
 * {@link Env}. State belongs inside the call, so that two producers never share any.
 */
export type Plugin<T> = (env: Env) => T
