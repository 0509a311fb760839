import { noopLogger, type Transport } from '@posthorn/contracts'
import { metadata, ZERO_UUID } from '@posthorn/protocol'
import { type Cluster, createCluster } from '@posthorn/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BrokerSession, systemClock } from '../../src/index.ts'

let cluster: Cluster
let abort: AbortController
beforeEach(() => {
  cluster = createCluster({ topics: { t: 2 } })
  abort = new AbortController()
})
afterEach(() => cluster.close())

function session(): BrokerSession {
  const env = { clock: systemClock, random: () => 0.5, logger: noopLogger, clientId: 'tool' }
  const transport: Transport = cluster.transport()(env)
  const [host = '', port = ''] = cluster.bootstrapServers[0]?.split(':') ?? []
  const address = { host, port: Number(port), purpose: 'bootstrap' as const, nodeId: -1 }
  return new BrokerSession({ transport, address, clientId: 'tool', signal: abort.signal })
}

async function ready(): Promise<BrokerSession> {
  const made = session()
  await made.connect()
  await made.negotiate()
  return made
}

const aboutT = {
  topics: [{ name: 't', topicId: ZERO_UUID }],
  allowAutoTopicCreation: false,
  includeClusterAuthorizedOperations: false,
  includeTopicAuthorizedOperations: false,
}

describe('a session with a broker', () => {
  it('API-01: learns the versions, then asks in the highest that both speak', async () => {
    const open = await ready()
    const { topics } = await open.request(metadata, aboutT)
    expect(topics[0]?.partitions).toHaveLength(2)
    expect(cluster.history.map(({ apiName }) => apiName)).toEqual(['ApiVersions', 'Metadata'])
    open.close()
  })

  it('ends with the broker: what waits fails, and so does what comes later', async () => {
    const open = await ready()
    cluster.intercept('Metadata', { cutBefore: true })
    await expect(open.request(metadata, aboutT)).rejects.toMatchObject({ code: 'NETWORK_EXCEPTION' })
    await expect(open.request(metadata, aboutT)).rejects.toMatchObject({ code: 'NETWORK_EXCEPTION' })
  })

  it('ends with its signal, whatever it waits for', async () => {
    const open = await ready()
    cluster.intercept('Metadata', { drop: true })
    const waiting = open.request(metadata, aboutT)
    const reason = new Error('enough')
    abort.abort(reason)
    await expect(waiting).rejects.toBe(reason)
    await expect(session().connect()).rejects.toBe(reason)
  })

  it('refuses an answer that cannot be read, and ends', async () => {
    const open = await ready()
    cluster.intercept('Metadata', { send: 'garbage' })
    const code = expect.stringMatching(/^(INVALID_FRAME|MALFORMED_RESPONSE)$/) as string
    await expect(open.request(metadata, aboutT)).rejects.toMatchObject({ code })
    await expect(open.request(metadata, aboutT)).rejects.toMatchObject({ code })
  })
})
