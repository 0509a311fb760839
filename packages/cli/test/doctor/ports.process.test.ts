import { once } from 'node:events'
import { createServer as createHttp } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTls } from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import { runDoctor } from '../support/doctorRun.ts'

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

/** Listens on a free port of this machine until the test is over. */
async function listening(server: Server): Promise<string> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  server.on('tlsClientError', () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  open.push(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('posthorn doctor tells apart', () => {
  it('a port that nothing listens on', async () => {
    const address = await listening(createServer())
    await open.pop()?.()
    const run = await runDoctor([address])
    expect(run.out).toMatchInlineSnapshot(`
      "127.0.0.1:#
        ok      resolve            # ms  127.0.0.1
        FAILED  connect            # ms
          connect ECONNREFUSED 127.0.0.1:#
          cause: The machine is there, and nothing listens on the port. (ECONNREFUSED)
          fix:   Check the port against the broker's listeners, and that the broker runs.

      1 of 2 steps failed, in # s
      "
    `)
    expect(run.code).toBe(1)
  })

  it('a name that does not resolve', async () => {
    const run = await runDoctor(['kafka.invalid:9092'])
    expect(run.out.replace(/(ENOTFOUND|EAI_AGAIN) /, 'E… ')).toMatchInlineSnapshot(`
      "kafka.invalid:9092
        FAILED  resolve            # ms
          could not resolve kafka.invalid: getaddrinfo E… kafka.invalid
          cause: The name stands for no address on this machine. (NAME_NOT_RESOLVED)
          fix:   Check the spelling; if the name is one of a private network, run this inside of it or add it to DNS.

      1 of 1 step failed, in # s
      "
    `)
    expect(run.code).toBe(1)
  })

  it('an HTTP server', async () => {
    const address = await listening(createHttp((_, response) => response.end()))
    const run = await runDoctor([address])
    expect(run.out).toMatchInlineSnapshot(`
      "127.0.0.1:#
        ok      resolve            # ms  127.0.0.1
        ok      connect            # ms  127.0.0.1
        FAILED  negotiate          # ms
          The peer does not speak Kafka's protocol: it is an HTTP server
          cause: Something else than Kafka answers on the port. (NOT_KAFKA)
          fix:   Check host and port: this is often a REST proxy, a console or a load balancer in front of the brokers.

      1 of 3 steps failed, in # s
      "
    `)
    expect(run.code).toBe(1)
  })

  it('a TLS listener that plaintext was spoken to', async () => {
    const address = await listening(createTls({}))
    const run = await runDoctor([address])
    expect(run.out.replace(/^ {4}(broker closed|connection lost|The peer).*$/m, '    …')).toMatchInlineSnapshot(`
      "127.0.0.1:#
        ok      resolve            # ms  127.0.0.1
        ok      connect            # ms  127.0.0.1
        FAILED  negotiate          # ms
          …
          cause: The port speaks TLS, and we spoke plaintext to it. (SSL_EXPECTED)
          fix:   Set security.protocol=SSL or SASL_SSL (--tls, or transport: tls() in a program).

      1 of 3 steps failed, in # s
      "
    `)
    expect(run.code).toBe(1)
  })

  it('a server that greets with text', async () => {
    const address = await listening(createServer((socket) => socket.write('220 mail.example ESMTP\r\n')))
    const run = await runDoctor([address])
    expect(run.out).toMatchInlineSnapshot(`
      "127.0.0.1:#
        ok      resolve            # ms  127.0.0.1
        ok      connect            # ms  127.0.0.1
        FAILED  negotiate          # ms
          The peer does not speak Kafka's protocol: it sent text that begins with '220 '
          cause: Something else than Kafka answers on the port. (NOT_KAFKA)
          fix:   Check host and port: this is often a REST proxy, a console or a load balancer in front of the brokers.

      1 of 3 steps failed, in # s
      "
    `)
    expect(run.code).toBe(1)
  })

  it('a proxy that takes connections and says nothing', async () => {
    const address = await listening(createServer())
    const run = await runDoctor([address], { timeoutMs: 3000 })
    expect(run.out).toMatchInlineSnapshot(`
      "127.0.0.1:#
        ok      resolve            # ms  127.0.0.1
        ok      connect            # ms  127.0.0.1
        FAILED  negotiate          # ms
          no answer within # s
          cause: The port is open, and whoever is behind it does not answer as Kafka or TLS. (NO_ANSWER)
          fix:   Check the port; if it is right, a proxy may take connections for a broker that it cannot reach itself.

      1 of 3 steps failed, in # s
      "
    `)
    expect(run.code).toBe(1)
  })
})
