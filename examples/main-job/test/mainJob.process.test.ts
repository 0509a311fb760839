import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createCluster } from '@posthorn/testkit'
import { describe, expect, it } from 'vitest'
import { mainJob } from '../src/job.ts'
import { reportText } from '../src/report.ts'

interface Row {
  readonly partition: number
  readonly records: number
  readonly firstOffset: number
  readonly lastOffset: number
}

async function start(...args: string[]): Promise<{ code: number | null; out: string; errors: string }> {
  const main = join(import.meta.dirname, '..', 'src', 'main.ts')
  const child = spawn(process.execPath, ['--conditions=@posthorn/source', main, ...args], {
    timeout: 25_000,
    killSignal: 'SIGKILL',
  })
  const outputs = Promise.all([text(child.stdout), text(child.stderr)])
  const [code] = (await once(child, 'close')) as [number | null]
  const [out, errors] = await outputs
  return { code, out, errors }
}

describe('the main job', () => {
  it('starts a cluster, writes, reads back and finds all equal', async () => {
    const { code, out, errors } = await start('--json')
    expect({ code, errors }).toEqual({ code: 0, errors: '' })
    const report = JSON.parse(out) as { readonly partitions: readonly Row[] }
    expect(report).toMatchObject({ records: 20_000, keys: 220, equal: true, differences: [] })
    expect(report.partitions).toHaveLength(6)
    expect(report.partitions.reduce((sum, { records }) => sum + records, 0)).toBe(20_000)
    for (const { records, firstOffset, lastOffset } of report.partitions) {
      expect([firstOffset, lastOffset]).toEqual([0, records - 1])
    }
  })

  it('ends by itself, although the cluster goes on', async () => {
    await using cluster = createCluster({ brokers: 2, topics: { flights: 4 } })
    await cluster.listen()
    const args = ['--bootstrap-servers', cluster.bootstrapServers.join(), '--topic', 'flights']
    expect(await start(...args)).toMatchObject({ code: 0, errors: '' })
  })

  it('does the same to a cluster that is there already, in a topic that holds other records', async () => {
    await using cluster = createCluster({ brokers: 2, topics: { flights: 2 } })
    await cluster.listen()
    const job = { bootstrapServers: cluster.bootstrapServers, topic: 'flights' }
    expect(await mainJob(job)).toMatchObject({ equal: true, topic: 'flights' })
    const second = await mainJob(job)
    expect(second.equal).toBe(true)
    expect(second.partitions.map(({ firstOffset }) => firstOffset > 0n)).toEqual([true, true])
    expect(cluster.records('flights')).toHaveLength(40_000)
  })

  it('survives a cluster that loses answers and connections, and still finds each record once', async () => {
    await using cluster = createCluster({ brokers: 3, topics: { flights: 3 } })
    await cluster.listen()
    let requests = 0
    cluster.intercept('Produce', () => (++requests % 20 === 0 ? { cutAfter: true } : undefined))
    expect(await mainJob({ bootstrapServers: cluster.bootstrapServers, topic: 'flights' })).toMatchObject({
      equal: true,
    })
    expect(requests).toBeGreaterThan(20)
  })

  it('says that something differs, and what, when the cluster does not keep what it acknowledged', async () => {
    await using cluster = createCluster({ topics: { flights: 1 } })
    await cluster.listen()
    // An unclean election between writing and reading.
    const election = cluster.intercept('Fetch', () => {
      election.remove()
      cluster.moveLeader('flights', 0, 0, { loseBatches: 1 })
      return undefined
    })
    const report = await mainJob({ bootstrapServers: cluster.bootstrapServers, topic: 'flights' })
    expect(report.equal).toBe(false)
    expect(reportText(report)).toMatch(/differs from what was sent:\n {2}20000 records were sent, 1\d\d\d\d were read/)
  })

  it('prints its usage when it is asked to, and when it is asked for what it has not', async () => {
    expect(await start('--fast')).toMatchObject({ code: 2, errors: expect.stringContaining('npm start --') as string })
    expect(await start('--help')).toMatchObject({ code: 0, out: expect.stringContaining('npm start --') as string })
  })

  it('prints a table', async () => {
    const lines = reportText(await mainJob({})).split('\n')
    expect(lines[4]).toMatch(
      /^partition +records +batches +bytes before +after +first offset +last offset +p50 ms +p99 ms$/,
    )
    expect(lines[11]).toMatch(/^ +all +20,000 /)
    expect(lines).toContain('All records came back equal: key, value, headers, timestamp, and order per key.')
  })
})
