import type { BrokerAddress, ByteSink, Connection, KafkaError } from '@posthorn/contracts'
import { noopLogger } from '@posthorn/contracts'
import { apiVersions, metadata, produce } from '@posthorn/protocol'
import { VirtualClock } from '@posthorn/testkit'
import { describe, expect, it } from 'vitest'
import { sortHooks } from '../../src/hooks/hookSet.ts'
import { ProducerMetrics } from '../../src/metrics/producerMetrics.ts'
import { NetworkClient } from '../../src/network/networkClient.ts'
import type { OutgoingRequest } from '../../src/network/outgoingRequest.ts'
import { recordingLogger } from '../support/recordingLogger.ts'
import type { RecordingLogger } from '../support/recordingLogger.ts'

interface Wire {
  readonly sink: ByteSink
  readonly writes: number[]
  /** What `write` answers: whether more may follow. */
  takes: boolean
}

interface Net {
  readonly clock: VirtualClock
  readonly client: NetworkClient
  readonly wires: Wire[]
  readonly logger: RecordingLogger
  /** Lets a broker answer ApiVersions on its latest connection. */
  versions(): void
  /** A request, and what became of it. */
  request(name: string, told: string[]): OutgoingRequest
}

const address: BrokerAddress = { host: 'broker', port: 9092, purpose: 'broker', nodeId: 0 }

function net(maxInFlight = 2): Net {
  const clock = new VirtualClock()
  const wires: Wire[] = []
  const logger = recordingLogger()
  const connect = (_to: BrokerAddress, sink: ByteSink): Promise<Connection> => {
    const wire: Wire = { sink, writes: [], takes: true }
    wires.push(wire)
    return Promise.resolve({
      write: (chunks, released) => {
        const frame = Buffer.concat(chunks)
        wire.writes.push(frame.readInt32BE(8))
        released()
        return wire.takes
      },
      end: () => sink.onClose(null),
      destroy: () => {},
    })
  }
  const client = new NetworkClient({
    transport: { name: 'wires', secure: true, connect },
    sasl: null,
    clock,
    clientId: 'me',
    software: { name: 'posthorn', version: '1' },
    requestTimeoutMs: 1000,
    maxResponseBytes: 1000,
    settings: {
      maxInFlightRequestsPerConnection: maxInFlight,
      connectionsMaxIdleMs: -1,
      reconnectBackoffMs: 50,
      reconnectBackoffMaxMs: 50,
      socketConnectionSetupTimeoutMs: 500,
      socketConnectionSetupTimeoutMaxMs: 500,
    },
    compatibility: null,
    random: () => 0.5,
    hooks: sortHooks([], noopLogger),
    metrics: new ProducerMetrics('me', clock, { metricsNumSamples: 2, metricsSampleWindowMs: 30_000 }),
    logger,
    listener: { wake: () => {}, onConnect: () => {}, onDisconnect: () => {} },
  })
  client.setAddress(address)
  return {
    clock,
    client,
    wires,
    logger,
    versions: () => {
      const wire = wires.at(-1)!
      const body = apiVersions.encodeResponse(
        {
          errorCode: 0,
          apiKeys: [
            { apiKey: 0, minVersion: 3, maxVersion: 9 },
            { apiKey: 3, minVersion: 0, maxVersion: 9 },
          ],
          throttleTimeMs: 0,
          supportedFeatures: [],
          finalizedFeaturesEpoch: -1n,
          finalizedFeatures: [],
          zkMigrationReady: false,
        },
        apiVersions.maxVersion,
      )
      answer(wire, body)
    },
    request: (name, told) => ({
      api: metadata,
      version: 9,
      correlationId: client.correlationIds.next(),
      chunks: [Buffer.alloc(12)],
      bytes: 12,
      expectsResponse: true,
      timeoutMs: 1000,
      onReleased: () => {},
      onResponse: () => void told.push(`${name} answered`),
      onFailure: (error: KafkaError) => void told.push(`${name} ${error.code}`),
    }),
  }
}

/** Answers the first request on the wire that has none, with header version 0. */
function answer(wire: Wire, body: Uint8Array): void {
  const frame = Buffer.alloc(8 + body.length)
  frame.writeInt32BE(4 + body.length)
  frame.writeInt32BE(wire.writes[0]!, 4)
  frame.set(body, 8)
  wire.sink.onData(frame)
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

async function connected(maxInFlight?: number): Promise<Net> {
  const it = net(maxInFlight)
  it.client.ready(0, 0)
  await settle()
  it.versions()
  await settle()
  return it
}

describe('a broker', () => {
  it('NET-03 CON-05 takes a request only when it is connected, has told its versions, and is not asked to pause', async () => {
    const { client, wires, versions } = net()
    const state = (now = 0): boolean => client.ready(0, now)
    // Disconnected, then connecting.
    expect([state(), state(), wires.length]).toEqual([false, false, 1])
    await settle()
    // Checking versions.
    expect([state(), wires[0]?.writes.length]).toEqual([false, 1])
    versions()
    await settle()
    expect(state()).toBe(true)
    client.throttle(0, 'Produce', 100, 0)
    expect([state(99), state(100)]).toEqual([false, true])
    wires[0]!.sink.onClose(null)
    expect(state(10)).toBe(false)
    expect(wires).toHaveLength(1)
  })

  it('NET-03 takes none while the one before is not fully written, or too many are waiting', async () => {
    const { client, wires, request } = await connected(3)
    const told: string[] = []
    wires[0]!.takes = false
    client.send(0, request('a', told))
    expect(client.ready(0, 0)).toBe(false)
    wires[0]!.takes = true
    wires[0]!.sink.onDrain()
    expect(client.ready(0, 0)).toBe(true)
    client.send(0, request('b', told))
    client.send(0, request('c', told))
    expect([client.ready(0, 0), client.inFlightCount]).toEqual([false, 3])
  })

  it('NET-04 that is not ready is sent nothing: that is an error of whoever tries', async () => {
    const { client, wires, request } = net()
    expect(() => client.send(0, request('a', []))).toThrow('takes no request')
    client.ready(0, 0)
    await settle()
    expect(() => client.send(0, request('a', []))).toThrow('takes no request')
    expect(wires[0]!.writes).toHaveLength(1)
    expect(() => client.send(7, request('a', []))).toThrow('takes no request')
  })

  it('NET-09 that is lost fails all its requests, oldest first, and is asked for its versions anew', async () => {
    const { clock, client, wires, request, versions } = await connected(3)
    const told: string[] = []
    for (const name of ['a', 'b', 'c']) client.send(0, request(name, told))
    wires[0]!.sink.onClose(new Error('reset'))
    expect(told).toEqual(['a NETWORK_EXCEPTION', 'b NETWORK_EXCEPTION', 'c NETWORK_EXCEPTION'])
    expect(() => client.versions(0)).toThrow('not connected')
    await clock.advance(51)
    client.ready(0, clock.now())
    await settle()
    expect(wires[1]!.writes).toHaveLength(1)
    expect(client.ready(0, clock.now())).toBe(false)
    versions()
    await settle()
    expect(client.versions(0).maximum(produce.key)).toBe(9)
  })

  it('NET-10 that is forgotten fails its requests as if it were lost, and has no connection any more', async () => {
    const { client, request } = await connected()
    const told: string[] = []
    client.send(0, request('a', told))
    client.forget(0)
    expect([told, client.connectionCount, client.knows(0)]).toEqual([['a NETWORK_EXCEPTION'], 0, false])
  })

  it('NET-11 that is lost tells all who wait, whatever one of them throws', async () => {
    const { clock, client, wires, request, logger } = await connected(3)
    const told: string[] = []
    const throwing = {
      ...request('a', told),
      onFailure: (): void => {
        throw new Error('bad handler')
      },
    }
    client.send(0, throwing)
    client.send(0, request('b', told))
    wires[0]!.sink.onClose(null)
    expect(told).toEqual(['b NETWORK_EXCEPTION'])
    expect(logger.errors).toHaveLength(1)
    // It is over for the client too: a new one is opened.
    await clock.advance(51)
    client.ready(0, clock.now())
    expect(wires).toHaveLength(2)
  })

  it('CON-05 that has failed is explained by its error until a connection is ready', async () => {
    const { clock, client, wires, versions } = await connected()
    wires[0]!.sink.onClose(new Error('reset'))
    expect(client.lastError?.code).toBe('NETWORK_EXCEPTION')
    await clock.advance(51)
    client.ready(0, clock.now())
    await settle()
    expect(client.lastError).not.toBeNull()
    versions()
    await settle()
    expect(client.lastError).toBeNull()
  })

  it('CON-08 that is connected and never tells its versions does not keep us for ever', async () => {
    const { clock, client } = net()
    client.ready(0, 0)
    await settle()
    expect(client.nextDeadline(0, () => true)).toBe(1000)
    await clock.advance(1000)
    client.checkDeadlines(1000)
    expect([client.connectionCount, client.lastError?.code]).toEqual([0, 'UNSUPPORTED_VERSION'])
  })
})
