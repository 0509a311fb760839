// Writes what other clients' partitioners do with the vectors' keys: node --conditions=@posthorn/source
// tools/partitioners/main.ts. Needs Java 17 and Maven, Python 3 with pip, Go, and npm; fetches the clients.
import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { counts, vectorKeys } from '../../plugins/partitioners/test/vectors/keys.ts'
import { digest, packed, type Table, type Vector } from '../../plugins/partitioners/test/vectors/vector.ts'
import { installPeers } from '../chaos/peers/install.ts'
import { java, librdkafka, sarama } from './foreign.ts'
import { kafkajs } from './kafkajs.ts'
import { withKeyFile } from './keyFile.ts'
import type { Placed } from './placed.ts'
import { platformatic } from './platformatic.ts'

// A cluster in the process has as many partitions as there are numbers for, but not two thousand millions of them.
const producible = counts.filter((count) => count <= 1000)

const keys = vectorKeys()
await installPeers('npm')
await installPeers('python')
const called = await withKeyFile(keys, async (file) => {
  const args = [file, ...counts.map(String)]
  return [...(await java(args)), ...(await librdkafka(args)), ...(await sarama(args))]
})
called.push(...(await kafkajs(keys, counts)))
const produced = await platformatic(keys, producible)

const tables = new Map<string, Table>()
const vectors = [...vectorsOf(called, 'function'), ...vectorsOf(produced, 'producing')]
vectors.sort((one, other) => nameOf(one).localeCompare(nameOf(other), 'en'))
const sha256 = createHash('sha256').update(Buffer.concat(keys)).digest('hex')
const lines = [{ keys: keys.length, sha256 }, ...vectors, ...tables.values()].map((line) => `${JSON.stringify(line)}\n`)
const target = fileURLToPath(new URL('../../plugins/partitioners/test/vectors/Foreign.jsonl', import.meta.url))
await writeFile(target, lines.join(''))
for (const { client, version, partitioner, keys, by } of vectors) console.log(client, version, partitioner, keys, by)

function vectorsOf(all: readonly Placed[], by: Vector['by']): Vector[] {
  return [...Map.groupBy(all, (placed) => `${placed.client} ${placed.partitioner}`).values()].map((group) => {
    const [{ client, version, partitioner, partitions }] = group as [Placed]
    const largest = group.reduce((one, other) => (other.count > one.count ? other : one))
    tables.set(digest(largest.partitions), tableOf(largest))
    const digests = Object.fromEntries(group.map((placed) => [placed.count, digest(placed.partitions)]))
    const keyless = group.flatMap((placed) => (placed.keyless === undefined ? [] : [[placed.count, placed.keyless]]))
    const chance = keyless.length === 0
    return {
      ...{ client, version, partitioner, by, keys: partitions.length, digests },
      ...(!chance && { keyless: Object.fromEntries(keyless) as Record<string, number> }),
    }
  })
}

function tableOf({ count, partitions }: Placed): Table {
  return { digest: digest(partitions), count, partitions: packed(partitions).toString('base64') }
}

function nameOf({ client, partitioner }: Vector): string {
  return `${client} ${partitioner}`
}
