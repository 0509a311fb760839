import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ReservedPorts, reservePorts } from '../../kafka/ports.ts'
import { FaultProxy } from './proxy.ts'

/** A broker that answers each piece with the same piece and remembers what it was asked. */
let broker: Server
let asked: string
let reserved: ReservedPorts
let proxy: FaultProxy
const open = new Set<Socket>()

beforeEach(async () => {
  reserved = await reservePorts(2)
  const [listens = 0, port = 0] = reserved.ports
  asked = ''
  broker = createServer((socket) => {
    open.add(socket.on('error', () => {}))
    socket.on('data', (chunk: Buffer) => {
      asked += chunk.toString()
      socket.write(chunk)
    })
  }).listen(port, '127.0.0.1')
  await once(broker, 'listening')
  // A clock that stands still: however slow the machine, what was asked was asked just now.
  proxy = new FaultProxy({ listens, broker: port }, () => 1)
  await proxy.listen()
})

afterEach(async () => {
  for (const socket of open) socket.destroy()
  open.clear()
  await proxy.close()
  broker.close()
  reserved.release()
})

describe('the proxy', () => {
  it('passes on both ways what nobody disturbs', async () => {
    const client = await connected()
    expect(await client.ask('question')).toBe('question')
    expect(asked).toBe('question')
  })

  it('ends both sides when one of them ends', async () => {
    const client = await connected()
    await client.ask('question')
    client.socket.end()
    await client.closed
    expect(await sizeBecomes(0)).toBe(0)
  })

  it('cuts a connection in order, or by a reset', async () => {
    const client = await connected()
    expect(proxy.apply({ kind: 'cut', pick: 0, forMs: 0 })).toBe(true)
    expect(await client.closed).toBeUndefined()
    const other = await connected()
    proxy.apply({ kind: 'reset', pick: 0, forMs: 0 })
    expect(await other.closed).toBe('ECONNRESET')
  })

  it('swallows answers to what the broker has read, then cuts', async () => {
    const client = await connected()
    proxy.apply({ kind: 'swallow', pick: 0, forMs: 50 })
    client.socket.write('question')
    await client.closed
    expect(asked).toBe('question')
    expect(client.received()).toBe('')
  })

  it('holds answers back, and gives all of them then', async () => {
    const client = await connected()
    proxy.apply({ kind: 'delay', pick: 0, forMs: 100 })
    const askedMs = performance.now()
    expect(await client.ask('question')).toBe('question')
    expect(performance.now() - askedMs).toBeGreaterThan(50)
  })

  it('tears an answer in two and gives the first half', async () => {
    const client = await connected()
    proxy.apply({ kind: 'tearAnswer', pick: 0, forMs: 0 })
    client.socket.write('question')
    await client.closed
    expect(asked).toBe('question')
    expect(client.received()).toBe('ques')
  })

  it('tears a request in two and gives the broker the first half', async () => {
    const client = await connected()
    proxy.apply({ kind: 'tearRequest', pick: 0, forMs: 0 })
    client.socket.write('question')
    await client.closed
    expect(asked).toBe('ques')
  })

  it('keeps nothing of a client that goes while answers are held back from it', async () => {
    const client = await connected()
    proxy.apply({ kind: 'delay', pick: 0, forMs: 60_000 })
    client.socket.write('question')
    client.socket.destroy()
    expect(await sizeBecomes(0)).toBe(0)
    expect(await connectionsOf(broker)).toBe(0)
  })

  it('refuses connections for a while', async () => {
    expect(proxy.apply({ kind: 'refuse', pick: 0, forMs: 60_000 })).toBe(true)
    const client = await connected().catch((error: unknown) => error as NodeJS.ErrnoException)
    if ('code' in client) expect(client.code).toBe('ECONNRESET')
    else if ('closed' in client) expect(await client.closed).toBe('ECONNRESET')
    expect(proxy.size).toBe(0)
  })

  it('says when there is nothing to disturb', () => {
    expect(proxy.apply({ kind: 'cut', pick: 0.5, forMs: 0 })).toBe(false)
  })

  it('prefers the connection that has asked something lately', async () => {
    const idle = await connected()
    const busy = await connected()
    await busy.ask('question')
    proxy.apply({ kind: 'cut', pick: 0, forMs: 0 })
    await busy.closed
    expect(await idle.ask('another')).toBe('another')
  })
})

interface TestClient {
  readonly socket: Socket
  /** Resolves with the code of what the connection died of, undefined when it was closed in order. */
  readonly closed: Promise<string | undefined>
  received(): string
  ask(question: string): Promise<string>
}

async function connected(): Promise<TestClient> {
  const before = proxy.size
  const socket = connect(reserved.ports[0] ?? 0, '127.0.0.1')
  open.add(socket)
  let code: string | undefined
  let received = ''
  socket.on('error', (error: NodeJS.ErrnoException) => (code = error.code))
  socket.on('data', (chunk) => (received += chunk.toString()))
  // Not by `once`, which takes an error for the end.
  const closed = new Promise<string | undefined>((resolve) => socket.on('close', () => resolve(code)))
  await once(socket, 'connect')
  await sizeBecomes(before + 1)
  return {
    socket,
    closed,
    received: () => received,
    async ask(question) {
      received = ''
      socket.write(question)
      while (received.length < question.length) await once(socket, 'data')
      return received
    },
  }
}

async function connectionsOf(server: Server): Promise<number> {
  return new Promise((resolve, reject) =>
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
  )
}

async function sizeBecomes(size: number): Promise<number> {
  for (let i = 0; i < 1000 && proxy.size !== size; i++) await sleep(5)
  return proxy.size
}
