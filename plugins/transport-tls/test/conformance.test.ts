import type { Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { createServer, type TlsOptions } from 'node:tls'
import { transportConformance, type Listen } from '@posthorn/testkit/conformance'
import { describe, test } from 'vitest'
import { tls } from '../src/index.ts'
import { authority, server as identity } from './identities.ts'

/** A TLS server on 127.0.0.1, whose sockets can be reset as plain ones can. */
function secureLoopback(maxVersion: 'TLSv1.2' | 'TLSv1.3'): Listen {
  return (onSocket) =>
    new Promise((resolve, reject) => {
      const half = { allowHalfOpen: true, noDelay: true, pauseOnConnect: true }
      const server = createServer({ ...identity, ...(half as TlsOptions), maxVersion })
      const plain: Socket[] = []
      server.on('connection', (socket: Socket) => {
        plain.push(socket)
        socket.on('error', () => {})
      })
      server.on('tlsClientError', () => {})
      server.on('secureConnection', (socket) => {
        const under = plain.find((each) => each.remotePort === socket.remotePort)
        onSocket(Object.assign(socket, { resetAndDestroy: () => under!.resetAndDestroy() }))
      })
      server.on('error', reject)
      server.listen(0, '127.0.0.1', () => {
        resolve({
          host: '127.0.0.1',
          port: (server.address() as AddressInfo).port,
          close: () => {
            for (const socket of plain) socket.destroy()
            return new Promise((closed) => server.close(() => closed()))
          },
        })
      })
    })
}

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('tls keeps the contract of Transport, over %s', (version) => {
  const create = () => tls({ ca: authority.cert })
  for (const { name, run } of transportConformance({ create, secure: true, listen: secureLoopback(version) })) {
    test(name, run)
  }
})
