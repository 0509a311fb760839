import { fetch, type FetchResponsePartition, readBatches } from '@posthorn/protocol'
import type { ClusterOptions } from '../../src/index.ts'
import { fetchRequest } from './requests.ts'
import { type Setup, setup } from './setup.ts'
import { type Ask, RawProducer } from './transactions.ts'

/** A cluster of one broker, which coordinates and leads everything, with a transactional producer at it. */
export interface TransactionSetup extends Setup {
  readonly producer: RawProducer
  /** Another producer with that transactional id, at broker 0. */
  another(transactionalId?: string): RawProducer
  /** A producer at another broker. */
  at(broker: number, transactionalId?: string): Promise<RawProducer>
  /** Values that readers of `t-0` see, those of aborted transactions left out as a client does. */
  committed(): string[]
  /** What a fetch of `t-0` from `offset` on gives. */
  read(offset: bigint, isolationLevel: number): Promise<FetchResponsePartition>
  /** Types of the markers in `t-0`, with their epochs. */
  markers(): (readonly [string, number])[]
}

export async function transactions(options: ClusterOptions = {}): Promise<TransactionSetup> {
  const it = await setup({ brokers: 1, topics: { t: 2 }, ...options })
  const asker =
    (client: typeof it.client): Ask =>
    (api, body, version) =>
      it.clock.runUntil(client.request(api, body, version))
  const read = async (offset: bigint, isolationLevel: number): Promise<FetchResponsePartition> => {
    const response = await asker(it.client)(fetch, fetchRequest('t', 0, offset, { isolationLevel }), 11)
    return response.topics[0]!.partitions[0]!
  }
  const another = (transactionalId?: string): RawProducer => new RawProducer(asker(it.client), transactionalId)
  return {
    ...it,
    producer: another(),
    another,
    at: async (broker, transactionalId) => new RawProducer(asker(await it.connect(broker)), transactionalId),
    committed: () => valuesOf(it),
    read,
    markers: () =>
      it.cluster
        .log('t', 0)
        .flatMap(({ control, producerEpoch }) => (control === null ? [] : [[control, producerEpoch] as const])),
  }
}

function valuesOf({ cluster }: Setup): string[] {
  return cluster
    .records('t', 0, { isolation: 'read_committed' })
    .map(({ value }) => Buffer.from(value ?? []).toString())
}

/** First offsets of the batches in an answer. */
export function offsetsOf({ records }: FetchResponsePartition): number[] {
  return [...readBatches(records!)].map(({ baseOffset }) => Number(baseOffset))
}
