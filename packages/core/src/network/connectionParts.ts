import type { Clock, Logger, SaslMechanism, Transport } from '@posthorn/contracts'
import type { CorrelationIds } from './correlationIds.ts'
import type { ClientSoftware } from './handshake.ts'

/** What connections of one producer share. */
export interface ConnectionParts {
  readonly transport: Transport
  readonly clock: Clock
  readonly clientId: string
  readonly software: ClientSoftware
  readonly correlationIds: CorrelationIds
  readonly requestTimeoutMs: number
  /** How long the broker has to tell its versions. */
  readonly askTimeoutMs: number
  readonly maxResponseBytes: number
  /** Says who we are; `null`: nobody asks. */
  readonly sasl: SaslMechanism | null
  readonly random: () => number
  readonly logger: Logger
}

/** Where a connection stands (CON-05). */
export type ConnectionPhase = 'connecting' | 'handshaking' | 'authenticating' | 'ready' | 'ended'
