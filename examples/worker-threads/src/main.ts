// node src/main.ts RECORDS: as many workers as there are processors, 4 at most. KAFKA says where Kafka is.
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'

const records = Number(process.argv[2] ?? 1000)
const workers = Math.min(4, Math.max(2, availableParallelism()))
const bootstrapServers = process.env['KAFKA'] ?? 'localhost:9092'

// A producer belongs to one thread: sockets and promises cannot be handed over. Each worker makes its own.
const done = Array.from({ length: workers }, (_, index) => {
  const from = Math.floor((records * index) / workers)
  const to = Math.floor((records * (index + 1)) / workers)
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: { bootstrapServers, from, to } })
  return new Promise<number>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
})
const stored = await Promise.all(done)
console.log(`${stored.reduce((sum, count) => sum + count, 0)} records stored by ${workers} workers`)
