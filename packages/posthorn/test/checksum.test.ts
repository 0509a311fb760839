import { crc32c } from '@posthorn/protocol'
import { createCluster } from '@posthorn/testkit'
import { afterEach, expect, it, vi } from 'vitest'
import { createProducer } from '../src/index.ts'

afterEach(() => vi.restoreAllMocks())

/**
 * Sends a batch that is long enough to be worth native code, to a cluster that checks it;
 * counts how often JavaScript was asked, by the cluster too.
 */
async function askedOfJavaScript(options: object): Promise<number> {
  await using cluster = createCluster({ topics: { t: 1 } })
  await using producer = createProducer({
    bootstrapServers: cluster.bootstrapServers,
    transport: cluster.transport(),
    ...options,
  })
  const inJavaScript = vi.spyOn(crc32c, 'crc32c').mockClear()
  await producer.send({ topic: 't', value: 'x'.repeat(5000) })
  expect(cluster.records('t')).toHaveLength(1)
  return inJavaScript.mock.calls.length
}

it('is computed in native code where there is some, unless another is given', async () => {
  const others = await askedOfJavaScript({ checksum: () => crc32c })
  expect(await askedOfJavaScript({})).toBeLessThan(others)
})
