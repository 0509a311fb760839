import { type Cluster, createCluster } from '@posthorn/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { examineCluster, systemError } from '../support/doctorRun.ts'

let cluster: Cluster
beforeEach(() => void (cluster = createCluster({ brokers: 2, topics: { orders: 3 }, autoCreateTopics: true })))
afterEach(() => cluster.close())

describe('posthorn doctor', () => {
  it('goes all the way to every broker, and to the topic', async () => {
    const run = await examineCluster(cluster, { topic: 'orders', write: true })
    expect(run.out).toMatchInlineSnapshot(`
      "broker-0:9092
        ok      resolve            # ms  10.0.0.1
        ok      connect            # ms  10.0.0.1
        ok      tls                # ms  memory
        ok      negotiate          # ms  Produce up to version 13
        ok      metadata           # ms  cluster sWRa8ZGLJ89YOJABoVRjGA; 2 brokers: 0 at broker-0:9092, 1 at broker-1:9092
      broker-1:9092
        ok      resolve            # ms  10.0.0.1
        ok      connect            # ms  10.0.0.1
        ok      tls                # ms  memory
        ok      negotiate          # ms  Produce up to version 13
      orders
        ok      topic              # ms  3 partitions; the broker does not tell whether we may write
        ok      write              # ms  one record: partition 0, offset 0

      all 11 steps succeeded, in # s
      "
    `)
    expect(run).toMatchObject({ code: 0, errors: '' })
    expect(cluster.records('orders')).toHaveLength(1)
  })

  it('writes nothing and creates nothing unless it is told to', async () => {
    const run = await examineCluster(cluster, { topic: 'oders' })
    expect(run.out).toMatchInlineSnapshot(`
      "broker-0:9092
        ok      resolve            # ms  10.0.0.1
        ok      connect            # ms  10.0.0.1
        ok      tls                # ms  memory
        ok      negotiate          # ms  Produce up to version 13
        ok      metadata           # ms  cluster sWRa8ZGLJ89YOJABoVRjGA; 2 brokers: 0 at broker-0:9092, 1 at broker-1:9092
      broker-1:9092
        ok      resolve            # ms  10.0.0.1
        ok      connect            # ms  10.0.0.1
        ok      tls                # ms  memory
        ok      negotiate          # ms  Produce up to version 13
      oders
        FAILED  topic              # ms
          The broker does not know this topic or partition.
          cause: The topic does not exist, or the user may not know of it. (UNKNOWN_TOPIC_OR_PARTITION)
          fix:   Create it, check its spelling, or allow the user to describe it.

      1 of 10 steps failed, in # s
      "
    `)
    expect(run.code).toBe(1)
    await examineCluster(cluster, { topic: 'orders' })
    expect(cluster.records('orders')).toEqual([])
    expect(cluster.topics).toEqual(['orders'])
  })

  it('says which advertised listener does not resolve', async () => {
    const second = cluster.bootstrapServers[1] ?? ''
    const host = second.slice(0, second.lastIndexOf(':'))
    const lookup = (name: string): Promise<string[]> =>
      name === host
        ? Promise.reject(systemError('ENOTFOUND', `getaddrinfo ENOTFOUND ${name}`))
        : Promise.resolve(['10.0.0.1'])
    const run = await examineCluster(cluster, { network: { lookup } })
    expect(run.out).toMatchInlineSnapshot(`
      "broker-0:9092
        ok      resolve            # ms  10.0.0.1
        ok      connect            # ms  10.0.0.1
        ok      tls                # ms  memory
        ok      negotiate          # ms  Produce up to version 13
        ok      metadata           # ms  cluster sWRa8ZGLJ89YOJABoVRjGA; 2 brokers: 0 at broker-0:9092, 1 at broker-1:9092
      broker-1:9092
        FAILED  resolve            # ms
          could not resolve broker-1: getaddrinfo ENOTFOUND broker-1
          cause: The name stands for no address on this machine. (NAME_NOT_RESOLVED)
          fix:   Check the spelling; if the name is one of a private network, run this inside of it or add it to DNS.

      1 of 6 steps failed, in # s
      "
    `)
    expect(run.code).toBe(1)
  })

  it('says which advertised broker cannot be reached', async () => {
    const [first = ''] = cluster.bootstrapServers
    const knock = (address: string): Promise<void> =>
      address === '10.0.0.2'
        ? Promise.reject(systemError('ECONNREFUSED', `connect ECONNREFUSED ${address}`))
        : Promise.resolve()
    const lookup = (name: string): Promise<string[]> =>
      Promise.resolve([first.startsWith(`${name}:`) ? '10.0.0.1' : '10.0.0.2'])
    const run = await examineCluster(cluster, { bootstrap: [first], network: { knock, lookup } })
    expect(run.out).toMatchInlineSnapshot(`
      "broker-0:9092
        ok      resolve            # ms  10.0.0.1
        ok      connect            # ms  10.0.0.1
        ok      tls                # ms  memory
        ok      negotiate          # ms  Produce up to version 13
        ok      metadata           # ms  cluster sWRa8ZGLJ89YOJABoVRjGA; 2 brokers: 0 at broker-0:9092, 1 at broker-1:9092
      broker-1:9092
        ok      resolve            # ms  10.0.0.2
        FAILED  connect            # ms
          connect ECONNREFUSED 10.0.0.2
          cause: The machine is there, and nothing listens on the port. broker-1:9092 is what broker 1 tells clients to connect to (advertised.listeners). (ECONNREFUSED)
          fix:   Advertise a name and port that this machine can reach, or a listener of its own for clients out here.

      1 of 7 steps failed, in # s
      "
    `)
    expect(run.code).toBe(1)
  })

  it('warns of addresses of a name that cannot be reached while others can', async () => {
    const knock = (address: string): Promise<void> =>
      address === '::1' ? Promise.reject(systemError('ENETUNREACH', 'connect ENETUNREACH ::1')) : Promise.resolve()
    const lookup = (): Promise<string[]> => Promise.resolve(['::1', '10.0.0.1'])
    const run = await examineCluster(cluster, { network: { knock, lookup } })
    expect(run.out).toContain('1 of 2 addresses cannot be reached (::1: connect ENETUNREACH ::1)')
    expect(run.out).toMatch(/all 9 steps succeeded, in # s, 2 warnings\n$/)
    expect(run.code).toBe(0)
  })

  it.each([
    ['TOPIC_AUTHORIZATION_FAILED', /Allow it to write: kafka-acls.sh/],
    ['INVALID_TOPIC_EXCEPTION', /No topic can have this name/],
  ])('explains what a broker answers of the topic: %s', async (error, text) => {
    cluster.intercept('Metadata', ({ topics }) => (topics.length > 0 ? { error } : undefined))
    const run = await examineCluster(cluster, { topic: 'orders' })
    expect(run.out).toMatch(text)
    expect(run.code).toBe(1)
  })

  it('explains why a record cannot be written', async () => {
    cluster.intercept('Produce', { error: 'TOPIC_AUTHORIZATION_FAILED' })
    const run = await examineCluster(cluster, { topic: 'orders', write: true })
    expect(run.out).toMatch(/FAILED {2}write .*\n.*\n {4}cause: The user has no permission for the topic/)
    expect(run.code).toBe(1)
  })

  it('is bounded in time: a broker that takes connections and does not answer costs a third of it', async () => {
    cluster.pauseBroker(1)
    const run = await examineCluster(cluster, { timeoutMs: 300 })
    expect(run.out).toMatch(/FAILED {2}negotiate .*\n {4}no answer within # s/)
    expect(run.code).toBe(1)
  })

  it('gives the report as JSON', async () => {
    const run = await examineCluster(cluster, { json: true, notices: ['mind this'] })
    const report = JSON.parse(run.out) as Record<string, unknown>
    expect(report).toMatchObject({ ok: true, brokers: [{ id: 0 }, { id: 1 }], notices: ['mind this'] })
    expect(run.errors).toBe('posthorn: mind this\n')
  })
})
