import { createProducer, type ProducerOptions } from 'posthorn'
import type { StepRunner } from './stepRunner.ts'

/** Writes one record to the topic, as a program with the same settings would. */
export async function writeRecord(options: ProducerOptions, topic: string, runner: StepRunner): Promise<void> {
  await runner.run(topic, 'write', async (signal) => {
    // Half of the time for what is known beforehand, half for the record: whichever fails says why.
    const halfMs = Math.max(1, Math.floor(Math.min(runner.remainingMs, runner.stepTimeoutMs) / 2))
    const producer = createProducer({
      ...options,
      lingerMs: 0,
      maxBlockMs: halfMs,
      requestTimeoutMs: halfMs,
      deliveryTimeoutMs: halfMs,
    })
    try {
      const { partition, offset } = await producer.send({ topic, value: 'posthorn doctor' }, { signal })
      const where = offset < 0n ? `partition ${partition}` : `partition ${partition}, offset ${offset}`
      return { value: true, detail: `one record: ${where}` }
    } finally {
      await producer.close({ timeoutMs: 0 })
    }
  })
}
