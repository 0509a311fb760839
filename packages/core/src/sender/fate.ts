import { KafkaError } from '@posthorn/contracts'
import type { ProducerBatch } from '../accumulator/batch.ts'

/** The same error, which belongs to this batch alone, knowing whether any attempt at the batch may have stored it. */
export function withFate(error: KafkaError, { maybePersisted }: ProducerBatch): KafkaError {
  if (maybePersisted && !error.maybePersisted) Object.defineProperty(error, 'maybePersisted', { value: true })
  return error
}

/** The same for an error that other batches get too: it is left as it is, and one of this batch's own made if need be. */
export function ownFate(shared: KafkaError, batch: ProducerBatch): KafkaError {
  if (!batch.maybePersisted || shared.maybePersisted) return shared
  const { code, message, retriable, severity, broker } = shared
  const { topic, partition } = batch.partition
  return new KafkaError(code, message, {
    retriable,
    severity,
    maybePersisted: true,
    topic,
    partition,
    broker,
    cause: shared,
  })
}
