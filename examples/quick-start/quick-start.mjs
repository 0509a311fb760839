import { createProducer } from 'posthorn'

const producer = createProducer({ bootstrapServers: process.env.KAFKA ?? 'localhost:9092' })
console.log(await producer.send({ topic: 'greetings', key: 'world', value: 'Hello' }))
await producer.close()
