import type { ClusterOptions, VersionLimits } from '@posthorn/testkit'
import type { SaslOption } from 'posthorn'
import type { Dice } from './drawn.ts'
import type { WorldFault } from './familiesOfFaults.ts'

/** How the producer of a run logs in, and how long a login is good for. */
export interface DrawnLogins {
  readonly sasl: SaslOption
  readonly server: NonNullable<ClusterOptions['sasl']>
  readonly apiVersions: Readonly<Record<string, VersionLimits>>
}

const login = { username: 'alice', password: 'secret' }

/** Draws a mechanism, the lifetime of its sessions, and brokers that know older ways of logging in. */
export function drawLogins({ below, chance, pick }: Dice): DrawnLogins {
  const mechanism = pick(['PLAIN', 'PLAIN', 'PLAIN', 'PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const)
  return {
    sasl: mechanism === 'PLAIN' ? { mechanism, ...login, allowPlaintext: true } : { mechanism, ...login },
    server: {
      users: { [login.username]: login.password },
      // A broker refuses who logs in again within a second, and the producer does so after 85 % of the lifetime.
      sessionLifetimeMs: chance(0.8) ? 1300 + below(4000) : 0,
    },
    apiVersions: {
      // Before SaslAuthenticate, tokens went without a header; its version 0 tells of no lifetime.
      ...(chance(0.2) && { SaslHandshake: { max: 0 } }),
      ...(chance(0.3) && { SaslAuthenticate: { max: pick([0, 1]) } }),
    },
  }
}

const apis = ['SaslHandshake', 'SaslAuthenticate'] as const

/** Logins that are cut, lost, late, damaged or refused, and sessions that are shorter than was agreed. */
export const loginFaults: readonly WorldFault[] = [
  ...(['cutBefore', 'cutAfter', 'drop'] as const).map(
    (how): WorldFault =>
      ({ stage: { cluster, pick, below, brokers } }) => {
        cluster.intercept(pick(apis), { [how]: true }, { times: 1 + below(3) })
        cluster.cutConnections(below(brokers))
      },
  ),
  ...(['delayBeforeMs', 'delayAfterMs'] as const).map((how): WorldFault => ({ stage: { cluster, pick, below } }) => {
    cluster.intercept(pick(apis), { [how]: below(1500) }, { times: 1 + below(3) })
  }),
  ({ stage: { cluster, pick } }) => {
    cluster.intercept(pick(apis), { send: pick(['partial', 'garbage'] as const) }, { times: 1 })
    cluster.cutConnections()
  },
  ({ stage: { cluster, pick, below } }) => {
    const errorCode = pick([58, 34, 33, 15, -1])
    cluster.intercept(
      'SaslAuthenticate',
      { change: (answer: object): object => ({ ...answer, errorCode }) },
      { times: 1 + below(2) },
    )
  },
  ({ stage: { cluster, below } }) => {
    const change = (answer: object): object => ({ ...answer, sessionLifetimeMs: BigInt(1200 + below(1000)) })
    cluster.intercept('SaslAuthenticate', { change }, { times: 1 + below(3) })
    cluster.cutConnections()
  },
]
