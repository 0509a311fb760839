import { BrokerError } from '@posthorn/contracts'
import type { ProducerIdentity } from '@posthorn/idempotence/sequences'
import { endTxn, ErrorCode } from '@posthorn/protocol'
import type { CoordinatorLink } from './coordinatorLink.ts'
import { type OwnReactions, reactionTo, abortReactions } from './reactions.ts'

/** What ending a transaction needs. */
export interface EndingParts {
  readonly transactionalId: string
  readonly coordinator: CoordinatorLink
}

/** The end of a transaction. */
export interface Ending {
  /** Whose. */
  readonly identity: ProducerIdentity
  /** Committed or aborted. */
  readonly committed: boolean
  /** By KIP-890. */
  readonly v2: boolean
  /** Whether it has begun at the coordinator for certain; else it is there that one has to ask. */
  readonly certainly: boolean
}

/** Highest version of EndTxn that leaves the epoch alone (TV2-05). */
const LAST_WITHOUT_BUMP = 4

/** First version that raises the epoch (TV2-04). */
const FIRST_WITH_BUMP = 5

/** How the coordinator took the end of a transaction. */
export interface Ended {
  /** What to go on with: another identity under KIP-890, else the same. */
  readonly identity: ProducerIdentity
  /** The coordinator had forgotten the producer: it needs a higher epoch. */
  readonly forgotten: boolean
}

const none: OwnReactions = {}

/** Has the coordinator end a transaction. Retries carry the same epoch (TV2-08). */
export async function endTransaction(
  { transactionalId, coordinator }: EndingParts,
  { identity, committed, v2, certainly }: Ending,
): Promise<Ended> {
  const versions = v2 ? { minVersion: FIRST_WITH_BUMP } : { maxVersion: LAST_WITHOUT_BUMP }
  const name = `${endTxn.name} (${committed ? 'commit' : 'abort'})`
  try {
    const { producerId, producerEpoch } = await coordinator.ask({
      api: { ...endTxn, ...versions },
      body: () => ({ transactionalId, ...identity, committed }),
      react: ({ errorCode }) => reactionTo(errorCode, name, committed ? none : abortReactions),
    })
    return { identity: producerId >= 0n ? { producerId, producerEpoch } : identity, forgotten: false }
  } catch (error) {
    // Who is not known has no transaction that could be aborted (TXR-10).
    if (!committed && isAnswer(error, ErrorCode.UNKNOWN_PRODUCER_ID)) return { identity, forgotten: true }
    // Nothing is open there: none of the attempts to begin was carried out.
    if (!certainly && isAnswer(error, ErrorCode.INVALID_TXN_STATE)) return { identity, forgotten: false }
    throw error
  }
}

function isAnswer(error: unknown, errorCode: number): boolean {
  return error instanceof BrokerError && error.errorCode === errorCode
}
