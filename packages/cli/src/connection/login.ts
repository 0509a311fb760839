import type { Plugin, SaslMechanism } from '@posthorn/contracts'
import { oauthBearer, plain, scramSha256, scramSha512 } from 'posthorn'
import { UsageError } from '../exitCodes.ts'
import type { ConnectionFlags } from './flags.ts'
import { secretOf } from './secretOf.ts'
import type { Environment } from './settings.ts'

/** The login that the flags ask for; undefined when they ask for none. A password is never on the command line, where all can read it. */
export function loginOf(flags: ConnectionFlags, environment: Environment): Plugin<SaslMechanism> | undefined {
  const { sasl, username, passwordEnv, allowPlaintextPassword: allowPlaintext = false } = flags
  if (sasl === undefined) {
    if (username !== undefined || passwordEnv !== undefined) {
      throw new UsageError('--username and --password-env need --sasl')
    }
    return undefined
  }
  if (passwordEnv === undefined) throw new UsageError(`--sasl ${sasl} needs --password-env`)
  const password = secretOf('--password-env', passwordEnv, environment)
  const mechanism = sasl.toUpperCase()
  if (mechanism === 'OAUTHBEARER') return oauthBearer({ token: () => password, allowPlaintext })
  if (username === undefined) throw new UsageError(`--sasl ${sasl} needs --username`)
  if (mechanism === 'PLAIN') return plain({ username, password, allowPlaintext })
  if (mechanism === 'SCRAM-SHA-256') return scramSha256({ username, password })
  if (mechanism === 'SCRAM-SHA-512') return scramSha512({ username, password })
  throw new UsageError(`--sasl: expected PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER, received "${sasl}"`)
}
