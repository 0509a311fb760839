/** Producer id and epoch (KIP-98). A new object for each change, so identity can be compared by reference. */
export interface ProducerIdentity {
  /** Id that the cluster gave, 0 or more. */
  readonly producerId: bigint
  /** Its epoch, 0 to 32767. */
  readonly producerEpoch: number
}

/** Highest epoch; after it a new producer id is needed (EPB-04). */
const MAX_EPOCH = 32_767

/** The next epoch of the same id, or `null` when there is none. */
export function nextEpoch({ producerId, producerEpoch }: ProducerIdentity): ProducerIdentity | null {
  return producerEpoch >= MAX_EPOCH ? null : { producerId, producerEpoch: producerEpoch + 1 }
}
