import { explained, type ConformanceCase } from './case.ts'
import { hostileSaslCases } from './sasl/hostile.ts'
import { loginCases } from './sasl/logins.ts'
import { secrecyCases } from './sasl/secrecy.ts'
import type { SaslSetup } from './sasl/rig.ts'

export type { ConformanceCase, Features } from './case.ts'

export type { SaslSetup } from './sasl/rig.ts'
export type { ServerAnswer, ServerExchange, ServerMechanism, Users } from '../security/serverMechanism.ts'

/**
 * The cases that every `SaslMechanism` has to pass, against the broker's side of it. Not among them: whether comparisons take
 * the same time, and whether a nonce can be guessed.
 */
export function saslConformance(setup: SaslSetup): ConformanceCase[] {
  return explained([...loginCases(setup), ...hostileSaslCases(setup), ...secrecyCases(setup)])
}
