import { ErrorCode } from '@posthorn/protocol'
import { isEnding, isExhausted, noEpoch, type Transaction } from './transaction.ts'

/** The id and epoch that a producer says it has (KIP-360). */
export interface ProducerIdentity {
  readonly producerId: bigint
  readonly producerEpoch: number
}

/** What InitProducerId comes to: an error, an ongoing transaction to be aborted first, or the new identity. */
export type InitVerdict = { readonly errorCode: number } | 'abortFirst' | 'initialized'

/**
 * Gives a transactional id its next epoch, or another producer id when there is none left. `expected` is what the
 * producer has; without it, whoever had the id is fenced.
 *
 * A producer that repeats its request, because the answer was lost, gets the same answer: it names the epoch before,
 * and nobody else can have taken the present one, or the epoch before would have been forgotten.
 */
export function initTransaction(
  it: Transaction,
  expected: ProducerIdentity | undefined,
  timeoutMs: number,
  newProducerId: () => bigint,
): InitVerdict {
  if (expected !== undefined && !isOwner(it, expected)) return { errorCode: ErrorCode.PRODUCER_FENCED }
  if (isEnding(it)) return { errorCode: ErrorCode.CONCURRENT_TRANSACTIONS }
  if (it.state === 'Ongoing') return 'abortFirst'
  const isCurrent = expected === undefined || expected.producerEpoch === it.producerEpoch
  if (isExhausted(it.producerEpoch) && isCurrent) {
    it.previousProducerId = it.producerId
    it.producerId = newProducerId()
    it.lastProducerEpoch = expected === undefined ? noEpoch : it.producerEpoch
    it.producerEpoch = 0
  } else if (isCurrent || it.producerEpoch === noEpoch) {
    it.lastProducerEpoch = expected === undefined ? noEpoch : it.producerEpoch
    it.producerEpoch++
  } else if (expected.producerEpoch !== it.lastProducerEpoch) {
    return { errorCode: ErrorCode.PRODUCER_FENCED }
  }
  it.timeoutMs = timeoutMs
  it.state = 'Empty'
  return 'initialized'
}

function isOwner(it: Transaction, { producerId, producerEpoch }: ProducerIdentity): boolean {
  if (it.producerEpoch === noEpoch || producerId === it.producerId) return true
  return producerId === it.previousProducerId && isExhausted(producerEpoch)
}
