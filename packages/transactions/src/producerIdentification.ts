import { KafkaError } from '@posthorn/contracts'
import type { ProducerIdentity } from '@posthorn/idempotence/sequences'
import { ErrorCode, initProducerId } from '@posthorn/protocol'
import type { CoordinatorLink } from './coordinatorLink.ts'
import { refusedAnswer } from './failures.ts'
import type { ResolvedOptions } from './options.ts'
import { type OwnReactions, reactionTo } from './reactions.ts'

/** First version that raises the epoch of the producer that asks, and no other's (KIP-360). */
const BUMPS_FROM = 3

/** A permission may be given while the producer lives: it is not lost (SND-15). */
const refusals: OwnReactions = Object.fromEntries(
  [ErrorCode.CLUSTER_AUTHORIZATION_FAILED, ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED].map((code) => [
    code,
    refusedAnswer,
  ]),
)

/** Gets the producer's id and epoch from the coordinator, and higher epochs (KIP-98, KIP-360). */
export class ProducerIdentification {
  private readonly coordinator: CoordinatorLink
  private readonly options: ResolvedOptions
  /** What was learnt last is kept while the coordinator is disconnected (TRQ-18). */
  private bumps = false

  constructor(coordinator: CoordinatorLink, options: ResolvedOptions) {
    this.coordinator = coordinator
    this.options = options
  }

  /** Whether the coordinator can raise the epoch without letting in a producer that was fenced. */
  get canBump(): boolean {
    const version = this.coordinator.maxVersion(initProducerId.key)
    if (version !== null) this.bumps = version >= BUMPS_FROM
    return this.bumps
  }

  /** A first identity: fences whoever had the transactional id, and has what they left open aborted (TXN-02). */
  initialize(): Promise<ProducerIdentity> {
    return this.ask({ producerId: -1n, producerEpoch: -1 }, 0)
  }

  /** The next epoch of `identity` (EPB-05). */
  bump(identity: ProducerIdentity): Promise<ProducerIdentity> {
    return this.ask(identity, BUMPS_FROM)
  }

  /** Whether an error of the two says that a permission is missing. */
  static isRefusal(error: unknown): boolean {
    return error instanceof KafkaError && error.severity === 'recoverable'
  }

  private async ask(identity: ProducerIdentity, minVersion: number): Promise<ProducerIdentity> {
    const { transactionalId, transactionTimeoutMs } = this.options
    const { producerId, producerEpoch } = await this.coordinator.ask({
      api: { ...initProducerId, minVersion },
      body: () => ({ transactionalId, transactionTimeoutMs, ...identity }),
      react: ({ errorCode }) => reactionTo(errorCode, this.wordsFor(errorCode), refusals),
    })
    return { producerId, producerEpoch }
  }

  private wordsFor(errorCode: number): string {
    if (errorCode !== ErrorCode.INVALID_TRANSACTION_TIMEOUT) return initProducerId.name
    return `${initProducerId.name} with transactionTimeoutMs = ${this.options.transactionTimeoutMs}`
  }
}
