import { ErrorCode } from '@posthorn/protocol'
import type { ProducerIdentity } from './initTransaction.ts'
import { maxEpoch, type Transaction } from './transaction.ts'

/** What EndTxn comes to: an error, the answer that was given already, or an end. */
export type EndVerdict = { readonly errorCode: number } | 'repeated' | 'end'

/**
 * What becomes of an EndTxn of version 4 or less, which does not raise the epoch. Since a repeated request cannot be
 * told from another one, what has ended in the way that is asked for is a success.
 */
export function judgeEnd(
  it: Transaction,
  { producerId, producerEpoch }: ProducerIdentity,
  commit: boolean,
): EndVerdict {
  if (producerId !== it.producerId) return refused('INVALID_PRODUCER_ID_MAPPING')
  if (producerEpoch !== it.producerEpoch) return refused('PRODUCER_FENCED')
  switch (it.state) {
    case 'Ongoing':
      return 'end'
    case 'PrepareCommit':
    case 'PrepareAbort':
      return commit === (it.state === 'PrepareCommit')
        ? refused('CONCURRENT_TRANSACTIONS')
        : refused('INVALID_TXN_STATE')
    case 'CompleteCommit':
    case 'CompleteAbort':
      return commit === (it.state === 'CompleteCommit') ? 'repeated' : refused('INVALID_TXN_STATE')
    default:
      return refused('INVALID_TXN_STATE')
  }
}

/**
 * What becomes of an EndTxn from version 5 on, after which the epoch is another one (KIP-890). The epoch before is how a
 * repeated request is known. To abort what has not begun is allowed, since only the coordinator knows whether it has.
 */
export function judgeEndV2(it: Transaction, from: ProducerIdentity, commit: boolean): EndVerdict {
  const { producerId, producerEpoch } = from
  const wasBumped = it.producerEpoch === producerEpoch + 1
  const wasRotated = producerId === it.previousProducerId && producerEpoch === maxEpoch - 1 && it.producerEpoch === 0
  const isCurrent = producerEpoch === it.producerEpoch
  if (producerId !== it.producerId && !wasRotated) return refused('INVALID_PRODUCER_ID_MAPPING')
  switch (it.state) {
    case 'Ongoing':
      return isCurrent ? 'end' : refused('PRODUCER_FENCED')
    case 'Empty':
      if (!isCurrent) return refused('PRODUCER_FENCED')
      return commit ? refused('INVALID_TXN_STATE') : 'end'
    case 'PrepareCommit':
    case 'PrepareAbort':
      if (!wasBumped) return refused('PRODUCER_FENCED')
      return commit === (it.state === 'PrepareCommit')
        ? refused('CONCURRENT_TRANSACTIONS')
        : refused('INVALID_TXN_STATE')
    default:
      if (wasBumped || wasRotated) {
        return commit === (it.state === 'CompleteCommit') ? 'repeated' : refused('INVALID_TXN_STATE')
      }
      if (!isCurrent) return refused('PRODUCER_FENCED')
      return commit ? refused('INVALID_TXN_STATE') : 'end'
  }
}

function refused(name: keyof typeof ErrorCode): EndVerdict {
  return { errorCode: ErrorCode[name] }
}
