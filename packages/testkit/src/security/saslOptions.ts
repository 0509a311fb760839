import type { Clock } from '@posthorn/contracts'
import type { VerifyToken } from './mechanisms/oauthBearer.ts'
import { verifyUnsecured } from './mechanisms/oauthBearer.ts'
import type { SaslName } from './saslServer.ts'
import { saslServer } from './saslServer.ts'
import type { ServerMechanism } from './serverMechanism.ts'

/** How clients of a cluster say who they are. Without it they are not asked, and all are `User:ANONYMOUS`. */
export interface SaslOptions {
  /** Passwords by name, for PLAIN and SCRAM. */
  readonly users?: Readonly<Record<string, string>> | undefined
  /**
   * `sasl.enabled.mechanisms`: by name, or a mechanism of one's own. Default PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 and
   * OAUTHBEARER.
   */
  readonly mechanisms?: readonly (SaslName | ServerMechanism)[] | undefined
  /** `connections.max.reauth.ms`: how long a session lasts (KIP-368). Default 0: as long as the connection. */
  readonly sessionLifetimeMs?: number | undefined
  /** Judges tokens of OAUTHBEARER. Default: Kafka's unsecured ones, by `sub` and `exp`. */
  readonly verifyToken?: VerifyToken | undefined
  /** Rounds of PBKDF2 for SCRAM. Default 4096. */
  readonly iterations?: number | undefined
}

const all: readonly SaslName[] = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER']

/** What all brokers of a cluster know of SASL. */
export class SaslSettings {
  /** Passwords by name; may change while the cluster runs. */
  readonly users: Map<string, string>
  readonly mechanisms: ReadonlyMap<string, ServerMechanism>
  readonly sessionLifetimeMs: number

  constructor(options: SaslOptions, clock: Clock, random: () => number) {
    this.users = new Map(Object.entries(options.users ?? {}))
    this.sessionLifetimeMs = options.sessionLifetimeMs ?? 0
    const { iterations, verifyToken = verifyUnsecured(() => clock.epochMs()) } = options
    const given = { users: this.users, verifyToken, iterations, random }
    const chosen = (options.mechanisms ?? all).map((each) =>
      typeof each === 'string' ? saslServer(each, given) : each,
    )
    this.mechanisms = new Map(chosen.map((mechanism) => [mechanism.name, mechanism]))
  }
}
