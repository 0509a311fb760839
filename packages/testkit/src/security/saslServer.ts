import type { VerifyToken } from './mechanisms/oauthBearer.ts'
import { oauthBearerServer } from './mechanisms/oauthBearer.ts'
import { plainServer } from './mechanisms/plain.ts'
import { scramServer } from './mechanisms/scram.ts'
import type { ServerMechanism, Users } from './serverMechanism.ts'

/** What the brokers' side of a mechanism goes by. */
export interface SaslServerOptions {
  /** Passwords by name, for PLAIN and SCRAM. */
  readonly users: Users
  /** Judges tokens of OAUTHBEARER. */
  readonly verifyToken: VerifyToken
  /** Rounds of PBKDF2 for SCRAM. Default 4096. */
  readonly iterations?: number | undefined
  /** Where SCRAM's salts and nonces come from: uniform in [0, 1). */
  readonly random: () => number
}

/** The mechanisms that the cluster speaks by itself. */
export type SaslName = 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512' | 'OAUTHBEARER'

/** The broker's side of one of Kafka's own mechanisms. */
export function saslServer(name: SaslName, options: SaslServerOptions): ServerMechanism {
  if (name === 'PLAIN') return plainServer(options.users)
  if (name === 'OAUTHBEARER') return oauthBearerServer(options.verifyToken)
  return scramServer(name === 'SCRAM-SHA-256' ? 'SHA-256' : 'SHA-512', options.users, options)
}
