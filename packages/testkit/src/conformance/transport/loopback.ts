import { createServer, type AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'

/** A server that a transport under test connects to. */
export interface ConformanceServer {
  /** Host to connect to. */
  readonly host: string
  /** Port to connect to. */
  readonly port: number
  /** Stops listening. Resolves when the port refuses connections; every socket has been destroyed before. */
  close(): Promise<void>
}

/**
 * Starts a server that gives the socket of each connection, when it can be used, to `onSocket`. A socket that the client
 * has ended stays open until it is ended too (`allowHalfOpen`), and is not read before someone asks.
 */
export type Listen = (onSocket: (socket: Duplex) => void) => Promise<ConformanceServer>

/** A plain server on 127.0.0.1, at a port that the system chooses. */
export const loopback: Listen = (onSocket) =>
  new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, onSocket)
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      resolve({
        host: '127.0.0.1',
        port: (server.address() as AddressInfo).port,
        close: () => new Promise((closed) => server.close(() => closed())),
      })
    })
  })
