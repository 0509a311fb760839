import { countTopic } from '../../../tools/kafka/judge/judge.ts'
import { startKafka } from '../../../tools/kafka/startKafka.ts'

/**
 * Apache Kafka of a version, for all runs of a workload; each run has a topic of its own, which is deleted behind it. What
 * a run has stored is counted by Kafka's own consumer.
 *
 * @param {string} version `4.4`, or in full
 * @param {Readonly<Record<string, string>>} shape `brokers`, `partitions`
 */
export async function startRealKafka(version, { brokers = '1', partitions = '6' }) {
  const cluster = await startKafka({ version, brokers: Number(brokers), fullJit: true })
  const { bootstrapServers } = cluster
  let topics = 0
  return {
    /** @returns {Promise<import('./broker.mjs').Broker>} */
    async broker() {
      const topic = `bench-${topics++}`
      await cluster.createTopic(topic, { partitions: Number(partitions) })
      /** @type {Promise<import('./broker.mjs').Totals> | undefined} */
      let totals
      const count = async () => {
        const { records } = await countTopic({ bootstrapServers, topic })
        await cluster.deleteTopic(topic)
        return { records, out_of_sequence: 0 }
      }
      return { bootstrap: bootstrapServers, topic, stop: () => (totals ??= count()) }
    },
    close: () => cluster.close(),
  }
}
