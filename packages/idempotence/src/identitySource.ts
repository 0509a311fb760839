import type { ControlPlane, Env } from '@posthorn/contracts'
import { KafkaError, StateError } from '@posthorn/contracts'
import { brokerError, initProducerId } from '@posthorn/protocol'
import type { ProducerIdentity } from './producerIdentity.ts'

/** An InitProducerId without a transactional id: the time-out has no meaning, and this is what Kafka's own client sends. */
const request = {
  transactionalId: null,
  transactionTimeoutMs: 2_147_483_647,
  producerId: -1n,
  producerEpoch: -1,
} as const

/** Asks brokers for a producer id until one gives it, or says that it never will (IDM-01 to IDM-04). */
export class IdentitySource {
  private readonly control: ControlPlane
  private readonly env: Env
  private asking = false

  constructor(control: ControlPlane, env: Env) {
    this.control = control
    this.env = env
  }

  /** Asks, unless it is asking already; exactly one of the callbacks hears of the outcome unless the producer closes. */
  ask(onIdentity: (identity: ProducerIdentity) => void, onRefused: (error: KafkaError) => void): void {
    if (this.asking) return
    this.asking = true
    this.untilAnswered().then(
      (identity) => {
        this.asking = false
        onIdentity(identity)
      },
      (error: unknown) => {
        this.asking = false
        if (!(error instanceof StateError)) onRefused(asKafkaError(error))
      },
    )
  }

  private async untilAnswered(): Promise<ProducerIdentity> {
    for (let failures = 0; ; failures++) {
      try {
        const { errorCode, producerId, producerEpoch } = await this.control.request(initProducerId, request, 'any')
        if (errorCode === 0) return { producerId, producerEpoch }
        throw brokerError(errorCode)
      } catch (error) {
        if (!(error instanceof KafkaError) || !error.retriable) throw error
        this.env.logger.debug('no producer id yet', { code: error.code, failures })
      }
      this.control.requestMetadata()
      await this.control.delay(this.control.backoffMs(failures))
    }
  }
}

function asKafkaError(error: unknown): KafkaError {
  if (error instanceof KafkaError) return error
  const message = error instanceof Error ? error.message : String(error)
  return new KafkaError('UNKNOWN_SERVER_ERROR', `no producer id: ${message}`, { cause: error })
}
