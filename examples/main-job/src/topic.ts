import { Kafka, logLevel } from 'kafkajs'

const PARTITIONS = 6

/**
 * Makes sure that a topic of a real cluster exists, with a number of partitions that makes a table worth reading. Where
 * that is not allowed the cluster may still create it when it is written to.
 */
export async function ensureTopic(bootstrapServers: readonly string[], topic: string): Promise<void> {
  const kafka = new Kafka({ brokers: [...bootstrapServers], logLevel: logLevel.NOTHING, retry: { retries: 2 } })
  const admin = kafka.admin()
  try {
    await admin.connect()
    await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS }], timeout: 10_000 })
  } catch {
    // The producer, which comes next, says what is wrong if something is.
  } finally {
    await admin.disconnect()
  }
}
