// node src/main.ts FILE TOPIC: every line of the file becomes a record. KAFKA says where Kafka is.
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import type { ProducerRecord } from 'posthorn'
import { createProducer, nodeWritable } from 'posthorn'

const [file, topic] = process.argv.slice(2)
if (file === undefined || topic === undefined) throw new Error('usage: node src/main.ts FILE TOPIC')

const producer = createProducer({
  bootstrapServers: process.env['KAFKA'] ?? 'localhost:9092',
  lingerMs: 20,
  // All that may wait for Kafka. When it is in use, the stream stops, the reader stops, and the file waits on the disk.
  bufferMemory: 8 * 1024 * 1024,
  maxWaitingBytes: 0,
})

let lines = 0
async function* records(): AsyncGenerator<ProducerRecord> {
  for await (const value of createInterface({ input: createReadStream(file!), crlfDelay: Infinity })) {
    lines++
    yield { topic: topic!, value }
  }
}

// Ends when every record is stored, or fails with the number of those that are not.
await pipeline(records(), nodeWritable(producer, { highWaterMark: 1000 }))
await producer.close()
console.log(`${lines} lines stored`)
