import { Writable } from 'node:stream'
import type { ProducerRecord } from '@posthorn/contracts'
import type { Producer } from '@posthorn/core'
import { RecordSink } from '@posthorn/core'

/** Options of {@link nodeWritable}. */
export interface NodeWritableOptions {
  /**
   * Records that the stream holds before it asks its source to pause; what it has handed to the producer does not count.
   * Default: Node's own, 16.
   */
  readonly highWaterMark?: number | undefined
  /** Destroys the stream. Default: none. */
  readonly signal?: AbortSignal | undefined
}

type Done = (error?: Error | null) => void

/**
 * A Node stream in object mode that sends the records written to it, for `pipeline` and `pipe`. It takes records as fast
 * as the producer has room. It finishes when all of its records are stored. After the first that fails it takes no more,
 * waits for the outcomes of the others, and then is destroyed with a `StreamError` that tells how many failed.
 * Destroying it calls nothing back. It never closes the producer.
 */
export function nodeWritable<K, V>(
  producer: Pick<Producer<K, V, unknown>, 'trySend' | 'ready' | 'flush'>,
  { highWaterMark, signal }: NodeWritableOptions = {},
): Writable {
  const sink = new RecordSink<K, V>(producer, (error) => stream.destroy(error))
  const stream = new Writable({
    objectMode: true,
    ...(highWaterMark !== undefined && { highWaterMark }),
    ...(signal !== undefined && { signal }),
    write(record: ProducerRecord<K, V>, _encoding, done) {
      const waits = sink.write(record)
      if (waits === undefined) done()
      else settle(waits, done)
    },
    writev(chunks, done) {
      settle(writeAll(sink, chunks as readonly { readonly chunk: ProducerRecord<K, V> }[]), done)
    },
    final(done) {
      settle(sink.end(), done)
    },
    destroy(error, done) {
      sink.stop()
      done(error)
    },
  })
  return stream
}

async function writeAll<K, V>(
  sink: RecordSink<K, V>,
  chunks: readonly { readonly chunk: ProducerRecord<K, V> }[],
): Promise<void> {
  for (const { chunk } of chunks) {
    const waits = sink.write(chunk)
    if (waits !== undefined) await waits
  }
}

function settle(work: Promise<void>, done: Done): void {
  work.then(() => done(), done)
}
