import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import type { ProxyFault } from '../schedule/schedule.ts'
import { Link } from './link.ts'

// What has asked something so lately is likely to be waiting for an answer.
const busyMs = 500

/** Stands before one broker on a port of 127.0.0.1, passes everything on, and does harm when told to. */
export class FaultProxy {
  readonly #links = new Set<Link>()
  readonly #server: Server
  readonly #port: number
  #refusesUntilMs = 0

  readonly #now: () => number

  /** `now`: ms on a monotonic clock, to tell what has asked something lately. */
  constructor(
    ports: { readonly listens: number; readonly broker: number },
    now: () => number = () => performance.now(),
  ) {
    this.#port = ports.listens
    this.#now = now
    this.#server = createServer((client) => {
      if (now() < this.#refusesUntilMs) {
        client.on('error', () => {})
        client.resetAndDestroy()
        return
      }
      this.#links.add(new Link(client, ports.broker, (link) => this.#links.delete(link), now))
    })
  }

  /** Connections at present. */
  get size(): number {
    return this.#links.size
  }

  /** Begins to take connections. */
  async listen(): Promise<void> {
    this.#server.listen({ port: this.#port, host: '127.0.0.1', exclusive: true })
    await once(this.#server, 'listening')
  }

  /** Does what the fault says; false when there is no connection to do it to. */
  apply({ kind, pick, forMs }: Pick<ProxyFault, 'kind' | 'pick' | 'forMs'>): boolean {
    if (kind === 'refuse') {
      this.#refusesUntilMs = this.#now() + forMs
      return true
    }
    const link = this.#choose(pick)
    if (link === undefined) return false
    if (kind === 'cut' || kind === 'reset') link.cut(kind)
    else if (kind === 'swallow') link.swallow(forMs)
    else if (kind === 'delay') link.delay(forMs)
    else link.tear(kind === 'tearAnswer' ? 'answer' : 'request')
    return true
  }

  /** Cuts everything and takes no more connections. */
  async close(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const link of this.#links) link.cut('reset')
    await closed
  }

  #choose(pick: number): Link | undefined {
    const all = [...this.#links].filter((link) => link.whole)
    const busy = all.filter((link) => link.lastRequestMs > this.#now() - busyMs)
    const from = busy.length > 0 ? busy : all
    return from[Math.floor(pick * from.length)]
  }
}
