import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect as connectTls, createServer, type ConnectionOptions, type Server, type TLSSocket } from 'node:tls'
import type { BrokerAddress, ByteSink, Env, Transport } from '@posthorn/contracts'
import { KafkaError, noopLogger } from '@posthorn/contracts'
import { seededRandom } from '@posthorn/testkit'
import { tls } from 'posthorn'
import { Authority, selfSigned, type Issued } from '../../certificates/authority.ts'
import { attacks } from './attacks.ts'
import { Middle } from './middle.ts'

/** How to run. */
export interface HostileOptions {
  /** Handshakes to try. */
  readonly count: number
  readonly seed: string
  /** How many at once. */
  readonly atOnce: number
  /** What a producer's set-up time-out does: gives an attempt up after so long. */
  readonly limitMs: number
}

/** What came of it. */
export interface HostileResult {
  /** Attempts, by attack and by how they ended: the error's code, or `given up` at the limit. */
  readonly outcomes: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** Attacks that led to a connection. */
  readonly accepted: readonly string[]
  /** Attempts that ended with what is no error of ours. */
  readonly untyped: readonly string[]
  /** Attempts that had not ended 20 s after their limit. */
  readonly hung: readonly string[]
  /** Calls of sinks of attempts that failed. */
  readonly sinkCalls: number
  /** Connections without an attack that came about, out of as many as were tried. */
  readonly genuine: { readonly tried: number; readonly accepted: number }
  /** Sockets that the client's side has left open. */
  readonly leftOpen: number
}

const authority = new Authority()
const host = 'kafka.example'

/** Servers that are who they claim to be, and others. */
const identities: Readonly<Record<string, () => Issued>> = {
  'genuine server': () => authority.issue({ names: [host] }),
  'server of a stranger': () => new Authority().issue({ names: [host] }),
  'server with a certificate of its own making': () => selfSigned({ names: [host] }),
  'server with the certificate of another host': () => authority.issue({ names: ['other.example'] }),
}

/** Tries handshakes with whoever means ill, and tells what came of it. */
export async function runHostile({ count, seed, atOnce, limitMs }: HostileOptions): Promise<HostileResult> {
  const outcomes: Record<string, Record<string, number>> = {}
  const [accepted, untyped, hung]: [string[], string[], string[]] = [[], [], []]
  let [sinkCalls, leftOpen, genuineTried, genuineAccepted, next] = [0, 0, 0, 0, 0]
  const fronts = await Promise.all(
    (['TLSv1.3', 'TLSv1.2'] as const).flatMap((version) =>
      Object.entries(identities).map(([who, make]) => front(who, version, make())),
    ),
  )
  const genuineFronts = fronts.filter(({ isGenuine }) => isGenuine)

  // Each lane has attackers and clients of its own, so that a connection is known by its order.
  const lane = async (): Promise<void> => {
    const middles = new Map<Front, Middle>()
    const clients = [true, false].map((sessionResumption) => new Client(sessionResumption))
    while (next < count) {
      const index = next++
      const random = seededRandom(`${seed}/${index}`)
      const some = random() < 0.9 ? genuineFronts : fronts
      const at = some[Math.floor(random() * some.length)]!
      const attack = at.isGenuine ? attacks[Math.floor(random() * attacks.length)]! : null
      // Now and then nobody is in the way, which makes sure that it is the attack that fails.
      const isPlain = at.isGenuine && random() < 0.05
      const name = `${at.version}: ${isPlain ? 'nothing' : (attack?.name ?? at.who)}`
      const middle = middles.get(at) ?? (await Middle.open(at.port, at.recorded))
      middles.set(at, middle)
      const over = new AbortController()
      const giveUp = (): void => over.abort(givenUp)
      middle.plan = { attack: isPlain ? null : attack, random, onSilence: () => setTimeout(giveUp, 100) }
      // Nobody who is let alone is given up, however slow the machine.
      const timer = isPlain ? undefined : setTimeout(giveUp, limitMs)
      const client = clients[Math.floor(random() * clients.length)]!
      const sink: ByteSink = { onData: () => sinkCalls++, onDrain: () => sinkCalls++, onClose: () => sinkCalls++ }
      const isOver = client.connect(middle.port, isPlain ? quiet : sink, over.signal)
      const outcome = await Promise.race([isOver, late(limitMs + 20_000, isOver)])
      clearTimeout(timer)
      if (outcome === 'hung') hung.push(`${name} (${seed}/${index})`)
      if (outcome.startsWith('untyped')) untyped.push(`${name} (${seed}/${index}): ${outcome}`)
      if (isPlain) genuineTried++
      if (outcome === 'accepted') {
        if (isPlain) genuineAccepted++
        else accepted.push(`${name} (${seed}/${index})`)
      }
      if (!(await client.isClean())) leftOpen++
      const row = (outcomes[name] ??= {})
      row[outcome] = (row[outcome] ?? 0) + 1
    }
    for (const middle of middles.values()) await middle.close()
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  for (const each of fronts) await each.close()
  const genuine = { tried: genuineTried, accepted: genuineAccepted }
  return { outcomes, accepted, untyped, hung, sinkCalls, genuine, leftOpen }
}

const givenUp = new Error('it takes too long')
const quiet: ByteSink = { onData: () => {}, onDrain: () => {}, onClose: () => {} }

/** A producer's side: one attempt at a time. */
class Client {
  readonly #transport: Transport
  #socket: TLSSocket | undefined

  constructor(sessionResumption: boolean) {
    const env: Env = {
      clock: { now: () => 0, epochMs: () => Date.now(), schedule: () => ({ cancel: () => {} }) },
      random: () => 0,
      logger: noopLogger,
      clientId: 'hostile',
    }
    const lookup = (): Promise<{ address: string; family: number }[]> =>
      Promise.resolve([{ address: '127.0.0.1', family: 4 }])
    const connect = (options: ConnectionOptions): TLSSocket => {
      this.#socket = connectTls(options)
      return this.#socket
    }
    this.#transport = tls({ ca: authority.cert, lookup, connect, sessionResumption })(env)
  }

  /** How an attempt ends. What is accepted is hung up on, once its session has come. */
  async connect(port: number, sink: ByteSink, signal: AbortSignal): Promise<string> {
    const to: BrokerAddress = { host, port, purpose: 'broker', nodeId: 1 }
    try {
      const connection = await this.#transport.connect(to, sink, signal)
      await turns(5)
      connection.destroy(new Error('seen'))
      return 'accepted'
    } catch (error) {
      if (error === givenUp) return 'given up'
      return error instanceof KafkaError ? error.code : `untyped ${String(error)}`
    }
  }

  /** Whether the socket of the last attempt is gone, without the other side's help. */
  async isClean(): Promise<boolean> {
    for (let i = 0; i < 20 && this.#socket?.closed === false; i++) await turns(1)
    return this.#socket?.closed !== false
  }
}

interface Front {
  readonly who: string
  readonly version: string
  readonly isGenuine: boolean
  readonly port: number
  readonly recorded: Buffer[]
  close(): Promise<void>
}

/** A server, with some of what it has said to others. */
async function front(who: string, maxVersion: 'TLSv1.2' | 'TLSv1.3', identity: Issued): Promise<Front> {
  const server: Server = createServer({ ...identity, maxVersion, minVersion: 'TLSv1.2' })
  server.on('tlsClientError', () => {})
  server.on('secureConnection', (socket) => socket.on('error', () => {}))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const recorded: Buffer[] = []
  const middle = await Middle.open(port, recorded)
  for (let i = 0; i < 3; i++) await visit(middle.port)
  await middle.close()
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()))
  return { who, version: maxVersion, isGenuine: who === 'genuine server', port, recorded, close }
}

async function visit(port: number): Promise<void> {
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  socket.destroy()
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve))
}

async function late(ms: number, work: Promise<unknown>): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const timer = setTimeout(() => resolve('hung'), ms)
  void work.finally(() => clearTimeout(timer))
  return promise
}
