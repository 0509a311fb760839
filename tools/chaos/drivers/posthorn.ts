import { createProducer, KafkaError } from 'posthorn'
import { drive } from './drive.ts'

await drive((options) => {
  const { bootstrapServers, topic } = options
  const producer = createProducer({ bootstrapServers, clientId: 'chaos' })
  return Promise.resolve({
    name: 'posthorn',
    chunk: 1,
    send: (records) => Promise.all(records.map((record) => producer.send({ topic, ...record }))),
    explain: (error) =>
      error instanceof KafkaError
        ? { code: error.code, maybeStored: error.maybePersisted }
        : { code: String(error), maybeStored: true },
    close: () => producer.close(),
  })
})
