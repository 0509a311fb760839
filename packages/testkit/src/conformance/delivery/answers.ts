import type { AddPartitionsToTxnRequest, FindCoordinatorRequest, InitProducerIdRequest } from '@posthorn/protocol'

/** What a broker that is well answers; with an error of Kafka's in it when one is given. Throws for an API unknown here. */
export function answerTo(api: string, body: unknown, errorCode: number): unknown {
  switch (api) {
    case 'InitProducerId':
      return initProducerId(body as InitProducerIdRequest, errorCode)
    case 'FindCoordinator':
      return {
        throttleTimeMs: 0,
        coordinators: (body as FindCoordinatorRequest).keys.map((key) => {
          return { key, nodeId: 1, host: 'broker-1', port: 9092, errorCode, errorMessage: null }
        }),
      }
    case 'AddPartitionsToTxn':
      return {
        throttleTimeMs: 0,
        topics: (body as AddPartitionsToTxnRequest).topics.map(({ name, partitions }) => {
          return { name, partitions: partitions.map((partition) => ({ partitionIndex: partition, errorCode })) }
        }),
      }
    case 'EndTxn':
      return { throttleTimeMs: 0, errorCode, producerId: 4242n, producerEpoch: 1 }
    default:
      throw new Error(`deliveryConformance has no broker that answers ${api}`)
  }
}

/** A first identity, or the next epoch of the one that the producer has. */
function initProducerId({ producerId, producerEpoch }: InitProducerIdRequest, errorCode: number): object {
  if (errorCode !== 0) return { throttleTimeMs: 0, errorCode, producerId: -1n, producerEpoch: -1 }
  const known = producerId >= 0n
  return {
    throttleTimeMs: 0,
    errorCode: 0,
    producerId: known ? producerId : 4242n,
    producerEpoch: known ? producerEpoch + 1 : 0,
  }
}
