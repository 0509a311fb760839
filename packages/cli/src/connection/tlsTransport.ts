import { readFileSync } from 'node:fs'
import type { Plugin, Transport } from '@posthorn/contracts'
import { type ClientProperties, tls, type TlsCredentials } from 'posthorn'
import { UsageError } from '../exitCodes.ts'
import type { ConnectionFlags } from './flags.ts'
import { secretOf } from './secretOf.ts'
import type { Environment } from './settings.ts'

/** The transport that the flags ask for; undefined when they ask for none. */
export function tlsTransportOf(
  flags: ConnectionFlags,
  environment: Environment,
  clientDnsLookup: ClientProperties['clientDnsLookup'],
): Plugin<Transport> | undefined {
  const { tls: plain = false, tlsCa, tlsCert, tlsKey, tlsKeyPasswordEnv } = flags
  if ((tlsCert === undefined) !== (tlsKey === undefined)) throw new UsageError('--tls-cert and --tls-key go together')
  if (tlsKeyPasswordEnv !== undefined && tlsKey === undefined) {
    throw new UsageError('--tls-key-password-env needs --tls-key')
  }
  if (!plain && tlsCa === undefined && tlsCert === undefined) return undefined
  const passphrase =
    tlsKeyPasswordEnv === undefined ? undefined : secretOf('--tls-key-password-env', tlsKeyPasswordEnv, environment)
  const ca = tlsCa === undefined ? undefined : read('--tls-ca', tlsCa)
  const identity: TlsCredentials =
    tlsCert === undefined || tlsKey === undefined
      ? {}
      : { cert: read('--tls-cert', tlsCert), key: read('--tls-key', tlsKey), passphrase }
  return tls({ ...identity, ca, clientDnsLookup })
}

function read(flag: string, file: string): Uint8Array {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw new UsageError(`${flag}: cannot read ${file}: ${cause instanceof Error ? cause.message : ''}`, { cause })
  }
}
