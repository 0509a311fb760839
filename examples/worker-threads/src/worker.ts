import { createHash } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'
import { createProducer } from 'posthorn'

const { bootstrapServers, from, to } = workerData as { bootstrapServers: string; from: number; to: number }

const producer = createProducer({ bootstrapServers, lingerMs: 5 })
for (let i = from; i < to; i++) {
  // The work that makes threads worth their while.
  const value = createHash('sha256').update(String(i)).digest('hex')
  // No promise for each record; when there is no room, this thread waits and the others do not.
  while (!producer.trySend({ topic: 'digests', key: String(i), value })) await producer.ready()
}
const { acknowledged } = await producer.close()
parentPort!.postMessage(acknowledged)
