import { crc32 } from 'node:zlib'
import { createCluster } from '@posthorn/testkit'
import { expect, it } from 'vitest'
import { billing } from '../src/billing.ts'

it('writes bills as each of its parts says', async () => {
  await using cluster = createCluster({ topics: { bills: 12 } })
  await cluster.listen()
  const producer = billing({ bootstrapServers: cluster.bootstrapServers })
  const key = Buffer.alloc(8)
  key.writeBigInt64BE(17n)
  const { partition } = await producer.send({ topic: 'bills', key: 17n, value: { cents: 4200 } })
  await producer.close()
  expect(partition).toBe(crc32(key) % 12)
  const [record] = cluster.records('bills')
  expect(Buffer.from(record!.key!)).toEqual(key)
  expect(Buffer.from(record!.value!).toString()).toBe('{"cents":4200}')
  expect(record!.producerId).not.toBe(-1n)
  expect(cluster.log('bills', partition)[0]!.attributes & 7).toBe(1)
})
