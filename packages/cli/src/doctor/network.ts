import { lookup } from 'node:dns/promises'
import { connect } from 'node:net'
import { type Peeked, peek } from './peek.ts'

/** What a doctor does on the network beside the transport's connections. A test brings its own. */
export interface DoctorNetwork {
  /** All addresses of a name, in the system's order. */
  lookup(host: string): Promise<readonly string[]>
  /** Opens a connection to an address and closes it again. */
  knock(address: string, port: number, signal: AbortSignal): Promise<void>
  /** Finds out what is spoken on a port, with `patienceMs` for an answer. Never rejects, but for the signal. */
  peek(host: string, port: number, patienceMs: number, signal: AbortSignal): Promise<Peeked>
}

/** The system's network. */
export const systemNetwork: DoctorNetwork = {
  async lookup(host) {
    const found = await lookup(host, { all: true })
    return found.map(({ address }) => address)
  },
  knock: (host, port, signal) =>
    new Promise((resolve, reject) => {
      const socket = connect({ host, port, signal })
      socket.once('connect', () => {
        socket.destroy()
        resolve()
      })
      socket.once('error', reject)
    }),
  peek,
}
