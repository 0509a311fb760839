import { setImmediate as nextTurn } from 'node:timers/promises'
import { createProducer, type RecordMetadata } from 'posthorn'
import type { FlightRecord } from './flights.ts'

/** What a partition got, as its writer saw it. */
export interface PartitionWritten {
  readonly partition: number
  records: number
  batches: number
  /** Bytes of the records before compression. */
  bytesBefore: number
  /** Bytes of the batches as they were sent. */
  bytesAfter: number
  firstOffset: bigint
  lastOffset: bigint
  /** From `send` to its promise, in ms, for each record. */
  readonly latencies: number[]
}

/** What the writer knows when all is acknowledged. */
export interface Written {
  /** Where each record went, in the order of the records. */
  readonly places: readonly RecordMetadata[]
  readonly partitions: readonly PartitionWritten[]
  readonly seconds: number
}

const RECORDS_PER_TURN = 100

/** Sends all records with keys and gzip, and waits for every acknowledgement. */
export async function write(
  bootstrapServers: readonly string[],
  topic: string,
  records: readonly FlightRecord[],
): Promise<Written> {
  const partitions = new Partitions()
  const producer = createProducer({
    bootstrapServers,
    clientId: 'posthorn-main-job',
    compression: 'gzip',
    maxBlockMs: 10_000,
    hooks: [() => ({ name: 'main job', onBatchSettled: (batch) => partitions.addBatch(batch) })],
  })
  const send = async (record: FlightRecord): Promise<RecordMetadata> => {
    const sentAt = performance.now()
    const place = await producer.send({ topic, ...record })
    partitions.addRecord(place, performance.now() - sentAt)
    return place
  }
  try {
    await producer.partitionsFor(topic)
    const startedAt = performance.now()
    const sent: Promise<RecordMetadata>[] = []
    for (const record of records) {
      sent.push(send(record))
      // As in a service, where records come with events: without turns between them, the first would wait for the last.
      if (sent.length % RECORDS_PER_TURN === 0) await nextTurn()
    }
    const places = await Promise.all(sent)
    return { places, partitions: partitions.sorted(), seconds: (performance.now() - startedAt) / 1000 }
  } finally {
    await producer.close()
  }
}

/** Adds up what becomes known of the partitions, in whatever order. */
class Partitions {
  readonly #byIndex = new Map<number, PartitionWritten>()

  addBatch(batch: {
    readonly partition: { readonly partition: number }
    readonly uncompressedBytes: number
    readonly bytes: number
  }): void {
    const found = this.#at(batch.partition.partition)
    found.batches++
    found.bytesBefore += batch.uncompressedBytes
    found.bytesAfter += batch.bytes
  }

  addRecord({ partition, offset }: RecordMetadata, latencyMs: number): void {
    const found = this.#at(partition)
    if (found.records === 0 || offset < found.firstOffset) found.firstOffset = offset
    if (offset > found.lastOffset) found.lastOffset = offset
    found.records++
    found.latencies.push(latencyMs)
  }

  sorted(): PartitionWritten[] {
    return [...this.#byIndex.values()].sort((a, b) => a.partition - b.partition)
  }

  #at(partition: number): PartitionWritten {
    const known = this.#byIndex.get(partition)
    if (known !== undefined) return known
    const counts = { records: 0, batches: 0, bytesBefore: 0, bytesAfter: 0, firstOffset: -1n, lastOffset: -1n }
    const made: PartitionWritten = { partition, ...counts, latencies: [] }
    this.#byIndex.set(partition, made)
    return made
  }
}
