import type { Env } from '@posthorn/contracts'
import { noopLogger } from '@posthorn/contracts'
import { parseBootstrapServers, systemClock } from '@posthorn/core'
import type { ConnectionFlags } from '../connection/flags.ts'
import { connectionSettings } from '../connection/settings.ts'
import { UsageError } from '../exitCodes.ts'
import type { DoctorParts, Examination } from './examine.ts'
import { systemNetwork } from './network.ts'

/** The flags of `posthorn doctor`, as they stand on the command line. */
export interface DoctorFlags extends ConnectionFlags {
  readonly topic?: string
  readonly write?: boolean
  readonly timeout: string
  readonly json?: boolean
}

/** Makes sense of the flags; throws a {@link UsageError} or a `ConfigError` where there is none. */
export function doctorJob(flags: DoctorFlags): Examination & { readonly json: boolean } {
  const seconds = Number(flags.timeout)
  if (!(seconds >= 1 && seconds <= 3600)) {
    throw new UsageError(`--timeout: expected seconds from 1 to 3600, received "${flags.timeout}"`)
  }
  if (flags.write === true && flags.topic === undefined) throw new UsageError('--write needs --topic')
  const { options, transport, sasl, transactionalId, notices } = connectionSettings(flags)
  // To try a transactional id is to fence the producer that uses it.
  const untried = transactionalId === null ? [] : ['transactional.id is not tried: that would fence its producer']
  return {
    bootstrapServers: parseBootstrapServers(options.bootstrapServers),
    transport,
    sasl,
    topic: flags.topic ?? null,
    write: flags.write ?? false,
    timeoutMs: seconds * 1000,
    options,
    notices: [...notices, ...untried],
    json: flags.json ?? false,
  }
}

/** The system's clock, network and chance. */
export function systemParts(): DoctorParts {
  const env: Env = { clock: systemClock, random: Math.random, logger: noopLogger, clientId: 'posthorn-doctor' }
  return { clock: systemClock, env, network: systemNetwork }
}
