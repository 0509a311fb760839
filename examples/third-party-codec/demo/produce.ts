// Writes records to a real Kafka, compressed by the codec: `node demo/produce.ts SERVERS TOPIC COUNT`.
import { createProducer } from 'posthorn'
import { pakoGzip } from '../src/index.ts'

const [bootstrapServers = 'localhost:9092', topic = 'orders', count = '1000'] = process.argv.slice(2)

const producer = createProducer({ bootstrapServers, compression: pakoGzip({ level: 9 }), lingerMs: 20 })
try {
  const sends = Array.from({ length: Number(count) }, (_, i) =>
    producer.send({ topic, key: `customer-${i % 7}`, value: `order ${i} of the very same customer` }),
  )
  console.log(`stored ${(await Promise.all(sends)).length}`)
} finally {
  await producer.close()
}
