import { createCluster, type Cluster } from '@posthorn/testkit'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { execute } from './execute.ts'
import { allSnippets } from './extract.ts'

let cluster: Cluster
beforeEach(async () => {
  cluster = createCluster({ brokers: 3, defaultPartitions: 3 })
  await cluster.listen()
})
afterEach(() => cluster.close())

test('a program that fails is seen to fail', async () => {
  const snippet = { place: 'planted', code: "if ('localhost:9092' !== '') throw new Error('no cluster')", runs: true }
  expect(await execute(snippet, cluster.bootstrapServers.slice(0, 1))).toMatchObject({ code: 1 })
})

const snippets = allSnippets().filter(({ runs }) => runs)
test.each(snippets.map((snippet) => [snippet.place, snippet] as const))(
  '%s runs and ends by itself',
  async (_place, snippet) => {
    const { code, output } = await execute(snippet, cluster.bootstrapServers)
    expect(code, output).toBe(0)
  },
)
