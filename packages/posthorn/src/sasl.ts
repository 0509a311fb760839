import type { Plugin, SaslMechanism } from '@posthorn/contracts'
import { ConfigError } from '@posthorn/contracts'
import type { Credential, OauthBearerOptions } from '@posthorn/sasl'
import { oauthBearer, plain, scramSha256, scramSha512 } from '@posthorn/sasl'

/** A mechanism by its name in Kafka, in capitals or not, with a name and a password. */
export interface PasswordLogin {
  /** `sasl.mechanism`. */
  readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512' | 'plain' | 'scram-sha-256' | 'scram-sha-512'
  /** Who logs in: the name, or a function that is asked for it at each login. */
  readonly username: Credential
  /** The password, or a function that is asked for it at each login. */
  readonly password: Credential
  /** Allows PLAIN over a transport that does not encrypt. Default false. */
  readonly allowPlaintext?: boolean | undefined
}

/** OAUTHBEARER by its name, with what gives tokens. */
export interface TokenLogin extends OauthBearerOptions {
  /** `sasl.mechanism`. */
  readonly mechanism: 'OAUTHBEARER' | 'oauthbearer'
}

/** How a producer says who it is: by name, or by a mechanism of its own. */
export type SaslOption = PasswordLogin | TokenLogin | Plugin<SaslMechanism>

const passwordMechanisms: Readonly<Record<string, typeof plain | typeof scramSha256>> = {
  PLAIN: plain,
  'SCRAM-SHA-256': scramSha256,
  'SCRAM-SHA-512': scramSha512,
}

/** The mechanism that is asked for. No error shows what belongs to it. */
export function mechanismOf(sasl: unknown): Plugin<SaslMechanism> | undefined {
  if (sasl === undefined) return undefined
  if (typeof sasl === 'function') return sasl as Plugin<SaslMechanism>
  if (typeof sasl !== 'object' || sasl === null) {
    throw new ConfigError(`sasl: expected a mechanism or an object that names one, received ${typeof sasl}`)
  }
  const { mechanism, ...rest } = sasl as { readonly mechanism?: unknown }
  const name = typeof mechanism === 'string' ? mechanism.toUpperCase() : ''
  if (name === 'OAUTHBEARER') return oauthBearer(rest as OauthBearerOptions)
  const make = passwordMechanisms[name]
  if (make !== undefined) return make(rest as PasswordLogin)
  const known = [...Object.keys(passwordMechanisms), 'OAUTHBEARER'].join(', ')
  throw new ConfigError(
    `sasl.mechanism: expected ${known}, or a mechanism such as a plugin gives in place of the object; received ` +
      (typeof mechanism === 'string' ? JSON.stringify(mechanism) : typeof mechanism),
  )
}
