import { createServer as createPlainServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, Server as TlsServer, type TlsOptions, type TLSSocket } from 'node:tls'

/** How brokers speak TLS. Everything is PEM. */
export interface ServerTls {
  /** Certificate of the brokers, followed by those between it and an authority; it should be for `127.0.0.1`. */
  readonly cert: string | Uint8Array
  /** Its key, not encrypted. */
  readonly key: string | Uint8Array
  /** `ssl.client.auth`: whether clients show a certificate. Default `none`. */
  readonly clientAuth?: 'none' | 'requested' | 'required' | undefined
  /** Authorities that clients' certificates have to come from. Default: those that Node brings. */
  readonly ca?: string | Uint8Array | readonly (string | Uint8Array)[] | undefined
  /** Lowest version. Default `TLSv1.2`. */
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3' | undefined
  /** Highest version. Default `TLSv1.3`. */
  readonly maxVersion?: 'TLSv1.2' | 'TLSv1.3' | undefined
}

/** A connection that can be used. */
export interface Accepted {
  readonly socket: Socket
  /** Ends it at once, in the way that a client sees as an error. */
  readonly reset: () => void
}

/** What a server tells. */
export interface ServerListener {
  /** A connection came, which may still have to shake hands. */
  onPlain(socket: Socket): void
  /** It can be used. */
  onReady(accepted: Accepted): void
}

/** A server of connections that may end in halves, plain or secure. It listens to nothing yet. */
export function openServer(tls: ServerTls | undefined, listener: ServerListener): Server {
  if (tls === undefined) {
    return createPlainServer({ allowHalfOpen: true }, (socket) => {
      listener.onPlain(socket)
      if (!socket.destroyed) listener.onReady({ socket, reset: () => void socket.resetAndDestroy() })
    })
  }
  const underneath = new Map<string, Socket>()
  // `allowHalfOpen` is missing among the types of a server's options, not among its options.
  const server = createTlsServer({ ...secureOptions(tls), allowHalfOpen: true } as TlsOptions)
  server.on('connection', (socket: Socket) => {
    const name = peerOf(socket)
    underneath.set(name, socket)
    socket.on('close', () => underneath.delete(name))
    listener.onPlain(socket)
  })
  server.on('secureConnection', (socket: TLSSocket) => {
    const plain = underneath.get(peerOf(socket))
    // Only a plain socket can be reset.
    listener.onReady({ socket, reset: () => void (plain ?? socket).resetAndDestroy() })
  })
  // Clients that do not shake hands have got their answer.
  server.on('tlsClientError', () => {})
  return server
}

/** Shows another certificate to whoever connects from now on. */
export function renewServer(server: Server, tls: ServerTls): void {
  if (server instanceof TlsServer) server.setSecureContext(secureOptions(tls))
}

function secureOptions({ cert, key, clientAuth = 'none', ca, minVersion, maxVersion }: ServerTls): TlsOptions {
  return {
    cert: textOf(cert),
    key: textOf(key),
    requestCert: clientAuth !== 'none',
    rejectUnauthorized: clientAuth === 'required',
    minVersion: minVersion ?? 'TLSv1.2',
    maxVersion: maxVersion ?? 'TLSv1.3',
    ...(ca !== undefined && { ca: [ca].flat().map(textOf) }),
  }
}

function textOf(pem: string | Uint8Array): string {
  return typeof pem === 'string' ? pem : Buffer.from(pem).toString('latin1')
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}
