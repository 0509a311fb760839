import { drive, type DrivenRecord } from './drive.ts'
import { peerModule } from './peerModule.ts'

interface KafkaJs {
  readonly default: {
    readonly Kafka: new (options: object) => { producer(options: object): KafkaJsProducer }
    readonly logLevel: { readonly NOTHING: number }
  }
}

interface KafkaJsProducer {
  connect(): Promise<void>
  send(batch: {
    readonly topic: string
    readonly acks: number
    readonly messages: readonly DrivenRecord[]
  }): Promise<unknown>
  disconnect(): Promise<void>
}

await drive(async ({ bootstrapServers, topic }) => {
  const { exports, version } = await peerModule('kafkajs')
  const { Kafka, logLevel } = (exports as KafkaJs).default
  const kafka = new Kafka({ clientId: 'chaos', brokers: bootstrapServers.split(','), logLevel: logLevel.NOTHING })
  // As its documentation asks for exactly once: idempotent, one request in flight; then it retries without end.
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  return {
    name: `kafkajs ${version}`,
    chunk: 100,
    send: (messages) => producer.send({ topic, acks: -1, messages }),
    // It never says whether a record may be stored.
    explain: (error) => ({ code: error instanceof Error ? error.name : String(error), maybeStored: true }),
    close: () => producer.disconnect(),
  }
})
