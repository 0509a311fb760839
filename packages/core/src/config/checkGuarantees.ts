import { ConfigError } from '@posthorn/contracts'
import type { ResolvedConfig } from './resolveConfig.ts'

/** As many batches of a partition as a broker remembers for each producer. */
const MAX_IN_FLIGHT_IN_ORDER = 5

/** Throws for settings under which a delivery guard could not keep what it promises (PRD-20). */
export function checkGuarantees(guard: string, { acks, maxInFlightRequestsPerConnection }: ResolvedConfig): void {
  if (acks !== -1) throw new ConfigError(`acks: expected 'all' with delivery ${guard}, received ${acks}`)
  if (maxInFlightRequestsPerConnection > MAX_IN_FLIGHT_IN_ORDER) {
    throw new ConfigError(
      `maxInFlightRequestsPerConnection: expected at most ${MAX_IN_FLIGHT_IN_ORDER} with delivery ${guard}, ` +
        `received ${maxInFlightRequestsPerConnection}`,
    )
  }
}
