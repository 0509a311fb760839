import type { Delivery, DeliveryGuard, Plugin } from '@posthorn/contracts'

/** A guard that lets everything pass and stamps nothing of meaning; members can be replaced. */
export function openGuard(own: Partial<DeliveryGuard> = {}): DeliveryGuard {
  return {
    name: 'open',
    transactionalId: null,
    refusal: null,
    attach: () => {},
    onPass: () => {},
    onOpened: () => {},
    mayDrain: () => true,
    stamp: () => ({ producerId: -1n, producerEpoch: -1, baseSequence: -1, transactional: false }),
    compare: () => -1,
    judge: (_batch, { error }) => (error.retriable ? 'retry' : 'fail'),
    onCompleted: () => {},
    onFailed: () => {},
    onExpired: () => {},
    onSplit: () => {},
    onAbandoned: () => {},
    close: () => {},
    ...own,
  }
}

/** The same as a delivery plugin. */
export function openDelivery(own: Partial<DeliveryGuard> = {}): Plugin<Delivery> {
  return () => ({ guard: openGuard(own), handle: undefined })
}

/** A guard that writes down what it is told, and to which partition it belongs. */
export function notingDelivery(notes: string[], own: Partial<DeliveryGuard> = {}): Plugin<Delivery> {
  return openDelivery({
    onCompleted: ({ partition }) => {
      notes.push(`completed ${partition.partition}`)
    },
    onFailed: ({ partition }, { error }, retriesLeft) => {
      notes.push(`failed ${partition.partition} ${error.code} ${retriesLeft ? 'refused' : 'given up'}`)
    },
    onExpired: ({ partition }, attempted) => {
      notes.push(`expired ${partition.partition} ${attempted ? 'attempted' : 'never sent'}`)
    },
    onAbandoned: ({ partition }) => {
      notes.push(`abandoned ${partition.partition}`)
    },
    ...own,
  })
}
