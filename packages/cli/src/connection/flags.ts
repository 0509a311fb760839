import type { Command } from 'commander'
import { repeated } from '../repeated.ts'

/** The flags that say where the cluster is and how to connect to it; the same for all commands that do. */
export interface ConnectionFlags {
  readonly bootstrapServers?: string
  readonly properties?: string
  readonly ignoreProperty?: readonly string[]
  readonly tls?: boolean
  readonly tlsCa?: string
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly tlsKeyPasswordEnv?: string
  readonly sasl?: string
  readonly username?: string
  readonly passwordEnv?: string
  readonly allowPlaintextPassword?: boolean
  readonly allowUnverifiedHostName?: boolean
}

/** Adds them to a command. */
export function addConnectionFlags(command: Command): Command {
  return command
    .option('-b, --bootstrap-servers <HOST:PORT,…>', 'addresses to find the cluster by')
    .option('--properties <FILE>', "a Java client's properties file; other flags win over it")
    .option('--ignore-property <KEY>', 'a key of that file to pass over; may be repeated', repeated)
    .option('--tls', 'speak TLS; so do the flags that say with what')
    .option('--tls-ca <FILE>', "PEM of the authorities to trust; without it, Node's own")
    .option('--tls-cert <FILE>', 'PEM of our certificate, and of those between it and the authority')
    .option('--tls-key <FILE>', 'PEM of its key')
    .option('--tls-key-password-env <VAR>', 'environment variable with the password of the key')
    .option('--sasl <MECHANISM>', 'log in: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER')
    .option('--username <NAME>', 'who logs in')
    .option('--password-env <VAR>', 'environment variable with the password; with OAUTHBEARER, the token')
    .option('--allow-plaintext-password', 'send passwords and tokens also where nothing encrypts them')
    .option('--allow-unverified-host-name', 'accept that a properties file switches off the check of host names')
}
