import type { Api, BrokerNode, ControlPlane } from '@posthorn/contracts'
import { KafkaError } from '@posthorn/contracts'
import { CoordinatorType, ErrorCode, errorEntry, findCoordinator } from '@posthorn/protocol'
import { abortableAnswer, fatalAnswer, withSeverity } from './failures.ts'

/** What is to be done about an answer; an error ends the asking. */
export type Reaction =
  /** It is what was wanted. */
  | 'done'
  /** Ask again, after a back-off. */
  | 'retry'
  /** Ask again very soon: the transaction before is still being finished (TXR-08). */
  | 'soon'
  /** Somebody else coordinates: find out who, then ask again. */
  | 'lookup'
  | KafkaError

/** A request to a coordinator. */
export interface Question<Request, Response> {
  readonly api: Api<Request, Response>
  /** Made anew for each attempt: what is still open may have become less. */
  readonly body: () => Request
  /** Judges the answer. */
  readonly react: (response: Response) => Reaction
  /** Why nobody needs it any more; `null` while somebody does. Not asked while an attempt is without its answer. */
  readonly vain?: () => KafkaError | null
}

/** Wait before asking again while the coordinator finishes the transaction before, at most, in ms. */
const SOON_MS = 20

/**
 * Asks one coordinator until it gives an answer that counts, finding it first and again whenever it has moved or cannot
 * be reached (TRQ-08, TRQ-13). There is no limit of attempts (section 26): who asks is bounded by `maxBlockMs`.
 */
export class CoordinatorLink {
  private readonly control: ControlPlane
  private readonly keyType: number
  private readonly key: string
  /** Why nothing may be asked any more; `null` while it may. */
  private readonly over: () => KafkaError | null
  private node: BrokerNode | null = null

  constructor(control: ControlPlane, keyType: number, key: string, over: () => KafkaError | null) {
    this.control = control
    this.keyType = keyType
    this.key = key
    this.over = over
  }

  /** Resolves with the answer that counts; rejects with the error that a reaction named, or that ended the asking. */
  async ask<Request, Response>({ api, body, react, vain = needed }: Question<Request, Response>): Promise<Response> {
    let answered = true
    for (let failures = 0; ; failures++) {
      const node = await this.find(answered ? vain : needed)
      let reaction: Reaction = 'lookup'
      try {
        answered = false
        const response = await this.control.request(api, body(), node)
        answered = true
        reaction = react(response)
        if (reaction === 'done') return response
      } catch (error) {
        throwIfFinal(error)
      }
      if (reaction instanceof KafkaError) throw reaction
      if (reaction === 'lookup') this.node = null
      await this.control.delay(this.waitMs(reaction, failures))
    }
  }

  /** The highest version of an API that the coordinator speaks; `null` while it is not connected. */
  maxVersion(apiKey: number): number | null {
    return this.node === null ? null : this.control.maxVersion(apiKey, this.node.nodeId)
  }

  private waitMs(reaction: Reaction, failures: number): number {
    const backoff = this.control.backoffMs(failures)
    return reaction === 'soon' ? Math.min(SOON_MS, backoff) : backoff
  }

  private async find(vain: () => KafkaError | null): Promise<BrokerNode> {
    for (let failures = 0; this.node === null; failures++) {
      const over = this.over() ?? vain()
      if (over !== null) throw over
      try {
        const { coordinators } = await this.control.request(
          this.keyType === CoordinatorType.GROUP ? findCoordinator : findTransactionCoordinator,
          { keyType: this.keyType, keys: [this.key] },
          'any',
        )
        const [found] = coordinators
        // Several, or none, name nobody.
        const errorCode = coordinators.length === 1 ? found?.errorCode : ErrorCode.COORDINATOR_NOT_AVAILABLE
        if (errorCode !== ErrorCode.NONE) this.judge(errorCode ?? ErrorCode.COORDINATOR_NOT_AVAILABLE)
        else this.node = found ?? null
      } catch (error) {
        throwIfFinal(error)
      }
      if (this.node === null) {
        this.control.requestMetadata()
        await this.control.delay(this.control.backoffMs(failures))
      }
    }
    const over = this.over() ?? vain()
    if (over !== null) throw over
    return this.node
  }

  /** Throws unless asking again may help (TXR-05). */
  private judge(errorCode: number): void {
    if (errorEntry(errorCode).retriable) return
    const said = `FindCoordinator for ${this.key}`
    const isGroup = errorCode === ErrorCode.GROUP_AUTHORIZATION_FAILED
    if (isGroup || errorCode === ErrorCode.TRANSACTION_ABORTABLE) throw abortableAnswer(errorCode, said)
    throw fatalAnswer(errorCode, said)
  }
}

const needed = (): null => null

/** Version 0 finds coordinators of groups only. */
const findTransactionCoordinator: typeof findCoordinator = { ...findCoordinator, minVersion: 1 }

/** A lost connection, or a broker that could not be reached in time, is no answer; anything else is final (TRQ-15). */
function throwIfFinal(error: unknown): void {
  if (!(error instanceof KafkaError)) throw error
  if (error.severity !== 'recoverable') throw error
  if (error.retriable) return
  throw withSeverity(error, 'fatal')
}
