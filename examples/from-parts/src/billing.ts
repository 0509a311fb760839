import { gzip } from '@posthorn/codec-gzip'
import type { Producer, ProducerOptions } from '@posthorn/core'
import { createProducer } from '@posthorn/core'
import { idempotence } from '@posthorn/idempotence'
import { librdkafka } from '@posthorn/partitioners'
import { int64, json } from '@posthorn/serializers'
import { tcp } from '@posthorn/transport-tcp'

/** What a bill says. */
export interface Bill {
  readonly customer: bigint
  readonly cents: number
}

/**
 * Every part by choice: numbers as keys, placed where the Python service that wrote them before placed them; JSON values;
 * gzip at its best; each record once. What is not imported is not installed.
 */
export function billing(
  options: Pick<ProducerOptions<bigint, unknown>, 'bootstrapServers'> & Partial<ProducerOptions<bigint, unknown>>,
): Producer<bigint, unknown> {
  return createProducer<bigint, unknown>({
    transport: tcp(),
    partitioner: librdkafka(),
    keySerializer: int64(),
    valueSerializer: json(),
    compression: gzip({ level: 9 }),
    delivery: idempotence(),
    lingerMs: 50,
    ...options,
  })
}
