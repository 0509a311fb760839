import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import {
  encodeRequest,
  FrameSplitter,
  metadata,
  type MetadataResponse,
  Reader,
  readResponseHeader,
} from '@posthorn/protocol'
import { afterEach, expect, it } from 'vitest'
import { type Cluster, createCluster } from '../../src/index.ts'
import { metadataRequest } from '../support/requests.ts'

let cluster: Cluster
afterEach(() => cluster.close())

async function open(server: string): Promise<Socket> {
  const [host, port] = server.split(':')
  const socket = connect(Number(port), host)
  await once(socket, 'connect')
  return socket
}

async function ask(socket: Socket): Promise<MetadataResponse> {
  const frames: Uint8Array[] = []
  const splitter = new FrameSplitter()
  const { promise, resolve } = Promise.withResolvers<undefined>()
  socket.on('data', (bytes: Buffer) => {
    splitter.push(bytes, (frame) => frames.push(frame.slice()))
    if (frames.length > 0) resolve(undefined)
  })
  socket.write(encodeRequest(metadata, 9, 1, 'test', metadata.encodeRequest(metadataRequest(null), 9)))
  await promise
  const reader = new Reader(frames[0]!, 'metadata')
  readResponseHeader(reader, metadata, 9)
  return metadata.decodeResponse(reader.raw(reader.remaining), 9)
}

it('opens a port for every broker and tells clients of them', async () => {
  cluster = createCluster({ brokers: 3 })
  expect(cluster.bootstrapServers).toEqual(['broker-0:9092', 'broker-1:9092', 'broker-2:9092'])
  await cluster.listen()
  const servers = cluster.bootstrapServers
  expect(new Set(servers).size).toBe(3)
  const socket = await open(servers[2]!)
  const { brokers } = await ask(socket)
  expect(brokers.map(({ host, port }) => `${host}:${port}`)).toEqual(servers)
  socket.destroy()
  await expect(cluster.listen()).rejects.toThrow('listens already')
})

it('closes ports and connections', async () => {
  cluster = createCluster()
  await cluster.listen()
  const [server] = cluster.bootstrapServers
  const socket = await open(server!)
  const ended = new Promise((resolve) => socket.once('error', resolve))
  await cluster.close()
  expect(await ended).toMatchObject({ code: 'ECONNRESET' })
  await expect(open(server!)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
})

it('stops a broker and starts it again at the same port', async () => {
  cluster = createCluster({ brokers: 2 })
  await cluster.listen()
  const server = cluster.bootstrapServers[1]!
  const socket = await open(server)
  const failed = new Promise<Error>((resolve) => socket.once('error', resolve))
  cluster.stopBroker(1)
  expect(await failed).toMatchObject({ code: 'ECONNRESET' })
  await expect(open(server)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  await cluster.startBroker(1)
  const again = await open(server)
  expect((await ask(again)).brokers).toHaveLength(2)
  again.destroy()
})

it('answers what came before the client closed its side', async () => {
  cluster = createCluster()
  await cluster.listen()
  const socket = await open(cluster.bootstrapServers[0]!)
  const answer = ask(socket)
  const closed = once(socket, 'close')
  socket.end()
  expect((await answer).brokers).toHaveLength(1)
  await closed
})

it('says when a port is taken, and holds none then', async () => {
  cluster = createCluster()
  await cluster.listen()
  const port = Number(cluster.bootstrapServers[0]!.split(':')[1])
  const other = createCluster()
  await expect(other.listen({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  expect(other.bootstrapServers).toEqual(['broker-0:9092'])
})
