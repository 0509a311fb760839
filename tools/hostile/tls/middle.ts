import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { Answer, Attack, Hand } from './attacks.ts'

/** What happens to a connection, and with which chance. */
export interface Plan {
  readonly attack: Attack | null
  readonly random: () => number
  /** The attacker says nothing more. */
  readonly onSilence: () => void
}

const mostRecorded = 20

/** Stands between clients and a server, and does to each connection as planned. */
export class Middle {
  /** What happens to the next connection. */
  plan: Plan = { attack: null, random: () => 0, onSilence: () => {} }
  readonly #recorded: Buffer[]
  readonly #server: Server
  readonly #serverPort: number
  readonly #sockets = new Set<Socket>()

  private constructor(serverPort: number, recorded: Buffer[]) {
    this.#serverPort = serverPort
    this.#recorded = recorded
    this.#server = createServer({ allowHalfOpen: true }, (client) => {
      const { attack, random, onSilence } = this.plan
      this.#between(client, attack, { random, recorded }, onSilence)
    })
  }

  /** Begins to listen. `recorded` gets first flights of the server, and is where old ones are taken from. */
  static async open(serverPort: number, recorded: Buffer[]): Promise<Middle> {
    const middle = new Middle(serverPort, recorded)
    middle.#server.listen(0, '127.0.0.1')
    await once(middle.#server, 'listening')
    return middle
  }

  /** Where clients connect to. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  #between(client: Socket, attack: Attack | null, hand: Hand, onSilence: () => void): void {
    const server = connect({ host: '127.0.0.1', port: this.#serverPort, allowHalfOpen: true })
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        this.#sockets.delete(socket)
        other.destroy()
      })
    }
    client.on('end', () => server.end())
    server.on('end', () => client.end())

    let hello = attack?.hello
    client.on('data', (bytes: Buffer) => {
      server.write(hello === undefined ? bytes : hello(bytes, hand))
      hello = undefined
    })
    let flight = attack?.flight
    let isFirst = true
    server.on('data', (bytes: Buffer) => {
      const isFlight = isFirst
      isFirst = false
      if (flight === undefined) client.write(bytes)
      else attackWith(flight(bytes, hand))
      flight = undefined
      // Only now: what it has said to this very client is no other's.
      if (isFlight && this.#recorded.length < mostRecorded) this.#recorded.push(bytes)
    })
    const attackWith = ({ bytes, then }: Answer): void => {
      client.write(bytes)
      if (then === 'pass') return
      server.removeAllListeners('data').removeAllListeners('end').resume()
      if (then === 'end') client.end()
      if (then === 'silence') onSilence()
      if (then === 'reset') client.resetAndDestroy()
    }
  }
}
