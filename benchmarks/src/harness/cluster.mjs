// The test kit's cluster as a process of its own, so that the CPU that it takes is not counted as the producer's:
// prints its address, and on SIGTERM how many records it holds.
import { createCluster } from '@posthorn/testkit'

const [brokers, partitions, latencyMs] = process.argv.slice(2).map(Number)
const cluster = createCluster({ brokers, topics: { bench: partitions ?? 1 } })
if (latencyMs !== undefined && latencyMs > 0) cluster.intercept('Produce', { delayAfterMs: latencyMs })
await cluster.listen()
console.log(JSON.stringify({ bootstrap: cluster.bootstrapServers[0] }))

process.once('SIGTERM', () => {
  let records = 0n
  for (let i = 0; i < (partitions ?? 1); i++) records += cluster.partition('bench', i).endOffset
  console.log(JSON.stringify({ records: Number(records) }))
  process.exit(0)
})
