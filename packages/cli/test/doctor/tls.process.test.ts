import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createCluster, type ServerTls } from '@posthorn/testkit'
import { tls } from 'posthorn'
import { afterEach, describe, expect, it } from 'vitest'
import { Authority, selfSigned } from '../../../../tools/certificates/authority.ts'
import { type DoctorRun, runDoctor } from '../support/doctorRun.ts'

const authority = new Authority()
const names = ['127.0.0.1']
const good = authority.issue({ names })

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

/** Addresses of a cluster in this process that listens on ports of this machine. */
async function listening(secure?: ServerTls): Promise<readonly string[]> {
  const cluster = createCluster()
  open.push(async () => cluster.close())
  await cluster.listen(secure === undefined ? {} : { tls: secure })
  return cluster.bootstrapServers
}

/** Examines it over TLS. */
async function examined(secure: ServerTls | undefined, options: object = { ca: authority.cert }): Promise<DoctorRun> {
  return runDoctor(await listening(secure), { transport: tls(options) })
}

/** Certificates differ from run to run in what is not in question. */
function failureOf({ out }: DoctorRun): string {
  return out
    .slice(out.indexOf('FAILED'))
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .split('\n')
    .slice(0, 4)
    .join('\n')
}

describe('posthorn doctor, over TLS', () => {
  it('goes all the way', async () => {
    const run = await examined(good)
    expect(run.out).toMatch(/ok {6}tls .*tls\n {2}ok {6}negotiate/)
    expect(run.code).toBe(0)
  })

  it('knows an authority that is not trusted', async () => {
    expect(failureOf(await examined(good, { ca: new Authority().cert }))).toMatchInlineSnapshot(`
      "FAILED  tls                # ms
          could not connect to 127.0.0.1:#: the broker's certificate comes from an authority that is not trusted (CN=Posthorn test authority); give the authority that issued it as ca
          cause: The broker's certificate comes from an authority that is not trusted here. (SSL_UNKNOWN_CA)
          fix:   Give the certificate of that authority: --tls-ca FILE, ssl.truststore.location, or ca of tls()."
    `)
  })

  it('knows a certificate that is signed by itself', async () => {
    expect(failureOf(await examined(selfSigned({ names })))).toMatchInlineSnapshot(`
      "FAILED  tls                # ms
          could not connect to 127.0.0.1:#: the broker's certificate is signed by itself, and not trusted (CN=posthorn-test); give it as ca if it is the right one
          cause: The broker's certificate is signed by nobody but itself, and not trusted here. (SSL_SELF_SIGNED_CERTIFICATE)
          fix:   If it is the right one, give it as the authority: --tls-ca FILE, ssl.truststore.location, or ca of tls()."
    `)
  })

  it('knows an expired certificate', async () => {
    const expired = authority.issue({ names, validFrom: new Date(0), validTo: new Date(1e12) })
    expect(failureOf(await examined(expired))).toMatchInlineSnapshot(`
      "FAILED  tls                # ms
          could not connect to 127.0.0.1:#: the broker's certificate (CN=posthorn-test) has expired on <time>
          cause: The broker's certificate, or one above it, has expired. (SSL_CERTIFICATE_EXPIRED)
          fix:   Renew the broker's certificate; if it is new, look at the clock of this machine."
    `)
  })

  it('knows a certificate of another host', async () => {
    expect(failureOf(await examined(authority.issue({ names: ['kafka.example'] })))).toMatchInlineSnapshot(`
      "FAILED  tls                # ms
          could not connect to 127.0.0.1:#: the broker's certificate is not for 127.0.0.1, but for DNS:kafka.example; connect by such a name, or say which to expect with servername
          cause: The broker's certificate is for other names than the one that was connected to. (SSL_HOST_NAME_MISMATCH)
          fix:   Connect by a name that is in the certificate, or have the name added to it (subjectAltName); advertised.listeners has to use such names too."
    `)
  })

  it('knows that a certificate of ours is missing', async () => {
    const run = await examined({ ...good, clientAuth: 'required', ca: authority.cert })
    expect(failureOf(run)).toMatchInlineSnapshot(`
      "FAILED  negotiate          # ms
          connection lost (could not connect to 127.0.0.1:#: the broker demands a certificate of us, and none is set (alert CERTIFICATE_REQUIRED)): 127.0.0.1:#
          cause: The broker demands a certificate of the client, and none is set. (SSL_CLIENT_CERTIFICATE_REQUIRED)
          fix:   Give one: --tls-cert and --tls-key, ssl.keystore.location, or cert and key of tls()."
    `)
  })

  it('knows that TLS was spoken to a port of plaintext', async () => {
    expect(failureOf(await examined(undefined))).toMatchInlineSnapshot(`
      "FAILED  tls                # ms
          could not connect to 127.0.0.1:#: the connection was closed during the TLS handshake; if that goes on, the port is one of PLAINTEXT or SASL_PLAINTEXT, or something on the way refuses TLS
          cause: The port does not speak TLS, and we did. (SSL_NOT_SPOKEN)
          fix:   Use the port of the TLS listener, or set security.protocol=PLAINTEXT or SASL_PLAINTEXT."
    `)
  })

  it('knows that plaintext was spoken to a port of TLS', async () => {
    expect(failureOf(await runDoctor(await listening(good)))).toMatch(/cause: The port speaks TLS.*SSL_EXPECTED/)
  })

  it('knows that a port which closes every connection is neither', async () => {
    const server = createServer((socket: Socket) => socket.destroy())
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    open.push(() => new Promise((resolve) => server.close(resolve)))
    const { port } = server.address() as AddressInfo
    const run = await runDoctor([`127.0.0.1:${port}`], { transport: tls({ ca: authority.cert }) })
    expect(failureOf(run)).toMatch(/FAILED {2}tls .*\n.*\n {4}cause: /)
  })
})
