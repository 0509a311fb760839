import { type Cluster, createCluster } from '@posthorn/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { posthorn } from '../support/posthorn.ts'

let cluster: Cluster
beforeEach(async () => {
  cluster = createCluster({ brokers: 3, topics: { load: 6 } })
  await cluster.listen()
})
afterEach(() => cluster.close())

const perf = (...more: string[]): string[] => ['perf', '-b', cluster.bootstrapServers.join(','), '-t', 'load', ...more]

describe('posthorn perf', () => {
  it('sends its load over sockets, tells how it went and exits by itself', async () => {
    const { code, out, errors } = await posthorn(perf('-n', '20000', '-z', 'gzip', '--json'), '')
    expect({ code, errors }).toEqual({ code: 0, errors: '' })
    expect(JSON.parse(out)).toMatchObject({ records: 20_000, acknowledged: 20_000, failed: 0, bytes: 2_000_000 })
    expect(cluster.records('load')).toHaveLength(20_000)
  })

  it('sends in transactions', async () => {
    const flags = ['-n', '3000', '--transactional-id', 'perf-1', '--transaction-records', '1000']
    const { code, out } = await posthorn(perf(...flags), '')
    expect({ code, out }).toMatchObject({
      code: 0,
      out: expect.stringMatching(/\n3 transactions committed, 0 aborted/) as string,
    })
    expect(cluster.records('load', undefined, { isolation: 'read_committed' })).toHaveLength(3000)
  })

  it('exits with 2 when the command line cannot work', async () => {
    const { code, errors } = await posthorn(perf('--rate', 'fast'), '')
    expect({ code, errors }).toEqual({
      code: 2,
      errors: 'posthorn: --rate: expected a number from 0.001, received "fast"\n',
    })
  })
})
