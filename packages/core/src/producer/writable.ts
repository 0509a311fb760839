import type { ProducerRecord } from '@posthorn/contracts'
import { RecordError } from '@posthorn/contracts'
import type { Producer, WritableOptions } from './producer.ts'
import { RecordSink } from './recordSink.ts'

/** As many as Node's streams of objects hold. */
const DEFAULT_HIGH_WATER_MARK = 16

/** See {@link Producer.writable}. */
export function writable<K, V>(
  producer: Pick<Producer<K, V, unknown>, 'trySend' | 'ready' | 'flush'>,
  { highWaterMark = DEFAULT_HIGH_WATER_MARK }: WritableOptions,
): WritableStream<ProducerRecord<K, V>> {
  if (!(highWaterMark >= 1)) {
    const message = `highWaterMark of writable: expected 1 or more, received ${String(highWaterMark)}`
    throw new RecordError('INVALID_ARGUMENT', message)
  }
  let fail: (error: Error) => void
  const sink = new RecordSink<K, V>(producer, (error) => fail(error))
  return new WritableStream<ProducerRecord<K, V>>(
    {
      start(controller) {
        fail = (error) => controller.error(error)
        // An abort is told here while a write still waits for room, and to `abort` only after that write.
        const { signal } = controller as { readonly signal?: AbortSignal } // Node's types of 22 leave it out.
        signal?.addEventListener('abort', () => sink.stop(), { once: true })
      },
      write: (record) => sink.write(record),
      close: () => sink.end(),
      abort: () => sink.stop(),
    },
    { highWaterMark },
  )
}
