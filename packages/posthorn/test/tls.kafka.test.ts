import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { X509Certificate } from 'node:crypto'
import { createProducer, type Producer, type TlsOptions } from 'posthorn'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { Authority, selfSigned, type Issued } from '../../../tools/certificates/authority.ts'
import type { KafkaCluster } from '../../../tools/kafka/cluster.ts'
import { countTopic } from '../../../tools/kafka/judge/judge.ts'
import { startKafka } from '../../../tools/kafka/startKafka.ts'
import { temporaryFolder } from '../../../tools/kafka/temporary.ts'
import { describeKafka } from '../../../tools/kafka/testCluster.ts'
import { renewTls, tlsListener } from '../../../tools/kafka/tls.ts'
import { expectRefusedForGood, type Refusal, refusalOf } from './support/refusal.ts'

const day = 86_400_000
const inDays = (days: number): Date => new Date(Date.now() + days * day)
const names = ['127.0.0.1', 'localhost']
const authority = new Authority('Cluster authority')
const ofClients = new Authority('Client authority')
const ca = authority.cert
const mine = ofClients.issue({ commonName: 'mine' })
const identity = authority.issue({ names })
const chain = new Authority('Authority below', authority)
const below = chain.issue({ names })

let kafka: KafkaCluster
let dir: string

beforeAll(async () => {
  dir = await temporaryFolder()
  const servers: Readonly<Record<string, { identity: Issued; clientCa?: string }>> = {
    SSL: { identity: { key: below.key, cert: below.cert + chain.cert } },
    MTLS: { identity, clientCa: ofClients.cert },
    EXPIRED: { identity: authority.issue({ names, validFrom: inDays(-9), validTo: inDays(-2) }) },
    EARLY: { identity: authority.issue({ names, validFrom: inDays(2), validTo: inDays(9) }) },
    STRANGER: { identity: new Authority('Stranger').issue({ names }) },
    SELFMADE: { identity: selfSigned({ names }) },
    ELSEWHERE: { identity: authority.issue({ names: ['elsewhere.example'] }) },
    OLD: { identity },
  }
  const made = Object.entries(servers).map(([name, files]) => tlsListener(name, dir, files))
  kafka = await startKafka({
    listeners: await Promise.all(made),
    config: { 'listener.name.old.ssl.enabled.protocols': 'TLSv1.2' },
  })
})

const rows: unknown[] = []

afterAll(async () => {
  await kafka.close()
  if (process.env['POSTHORN_SHOW'] !== undefined) console.log(rows.map((row) => JSON.stringify(row)).join('\n'))
})

/** What comes of sending over a listener. */
async function failure(listener: string, tls?: TlsOptions): Promise<Refusal> {
  const bootstrapServers = kafka.serversOf(listener)
  const refusal = await refusalOf(kafka.bootstrapServers, { bootstrapServers, ...(tls !== undefined && { tls }) })
  const { code, cause, ms, attempts, insisted, text } = refusal
  rows.push([listener, code, cause, ms, attempts, insisted, text])
  return refusal
}

/** Sends so many numbers, and waits for each of them. */
async function sendNumbers(
  producer: Pick<Producer<string, string>, 'send'>,
  topic: string,
  from: number,
  count: number,
): Promise<void> {
  for (let first = from; first < from + count; first += 5000) {
    const length = Math.min(5000, from + count - first)
    const slice = Array.from({ length }, (_, i) => producer.send({ topic, value: String(first + i) }))
    await Promise.all(slice)
  }
}

describeKafka('TLS, on real Kafka', () => {
  test('TLS-02: 100,000 records over TLS 1.2 are stored, each once', async () => {
    const topic = 'older'
    await kafka.createTopic(topic, { partitions: 3 })
    const tls: TlsOptions = { ca, maxVersion: 'TLSv1.2' }
    const producer = createProducer({ bootstrapServers: kafka.serversOf('SSL'), tls })
    await sendNumbers(producer, topic, 1, 100_000)
    await producer.close()
    const { numbers } = await countTopic({ bootstrapServers: kafka.bootstrapServers, topic })
    expect(numbers).toMatchObject({ count: 100_000, distinct: 100_000, min: 1, max: 100_000 })
  })

  test('certificates are replaced while records are sent: none is lost, and new connections show the new ones', async () => {
    const [topic, listener] = ['rotated', 'MTLS']
    await kafka.createTopic(topic, { partitions: 3 })
    const seen: string[] = []
    const sockets: TLSSocket[] = []
    const connect = (options: ConnectionOptions): TLSSocket => {
      const socket = connectTls(options)
      sockets.push(socket)
      // Whoever resumes a session is shown no certificate again.
      socket.once('secureConnect', () => {
        if (!socket.isSessionReused()) seen.push(socket.getPeerCertificate().fingerprint256)
      })
      return socket
    }
    const [nextServers, nextClients] = [new Authority('Next cluster authority'), new Authority('Next client authority')]
    const renewed = nextServers.issue({ names })
    let own = mine
    const credentials = () => ({ ca: ca + nextServers.cert, ...own })
    const producer = createProducer({ bootstrapServers: kafka.serversOf(listener), tls: { credentials, connect } })
    const sending = sendNumbers(producer, topic, 1, 120_000)
    await vi.waitUntil(() => seen.length >= 2, { timeout: 20_000 })
    own = nextClients.issue({ commonName: 'mine' })
    await renewTls(kafka, { name: listener, dir }, { identity: renewed, clientCa: nextClients.cert })
    const before = seen.length
    for (const socket of sockets) socket.destroy()
    await sending
    const after = seen.length
    for (const socket of sockets) socket.destroy()
    await sendNumbers(producer, topic, 120_001, 1000)
    await producer.close()
    const { numbers } = await countTopic({ bootstrapServers: kafka.bootstrapServers, topic })
    expect(numbers).toMatchObject({ count: 121_000, distinct: 121_000, min: 1, max: 121_000 })
    const [old, fresh] = [identity, renewed].map(({ cert }) => new X509Certificate(cert).fingerprint256)
    expect(new Set(seen.slice(0, before))).toEqual(new Set([old]))
    expect(after).toBeGreaterThan(before)
    expect(new Set(seen.slice(before))).toEqual(new Set([fresh]))
    // The broker has forgotten the authority of the old one, so it was ours that was new as well.
    const refused = await failure(listener, { ca: nextServers.cert, ...mine })
    expect(refused.code).toBe('SSL_CLIENT_CERTIFICATE_REFUSED')
  })

  describe('connections that cannot be made', () => {
    beforeAll(() => renewTls(kafka, { name: 'MTLS', dir }, { identity, clientCa: ofClients.cert }))

    const fatal: [string, string, string, TlsOptions, RegExp][] = [
      ['an expired certificate', 'SSL_CERTIFICATE_EXPIRED', 'EXPIRED', { ca }, /has expired on \d{4}-/],
      [
        'a certificate that is not valid yet',
        'SSL_CERTIFICATE_NOT_YET_VALID',
        'EARLY',
        { ca },
        /is not valid before \d{4}-/,
      ],
      ['a wrong CA', 'SSL_UNKNOWN_CA', 'STRANGER', { ca }, /not trusted \(CN=Stranger\)/],
      ['no CA of ours', 'SSL_UNKNOWN_CA', 'SSL', {}, /not trusted \(CN=Authority below\)/],
      ['a self-signed certificate', 'SSL_SELF_SIGNED_CERTIFICATE', 'SELFMADE', { ca }, /signed by itself/],
      [
        'a wrong host',
        'SSL_HOST_NAME_MISMATCH',
        'ELSEWHERE',
        { ca },
        /not for 127\.0\.0\.1, but for DNS:elsewhere\.example/,
      ],
      ['no client certificate', 'SSL_CLIENT_CERTIFICATE_REQUIRED', 'MTLS', { ca }, /demands a certificate of us/],
      [
        'no client certificate, in TLS 1.2',
        'SSL_CLIENT_CERTIFICATE_REQUIRED',
        'MTLS',
        { ca, maxVersion: 'TLSv1.2' },
        /demands a certificate of us/,
      ],
      [
        'a client certificate of a stranger',
        'SSL_CLIENT_CERTIFICATE_REFUSED',
        'MTLS',
        { ca, ...authority.issue() },
        /refuses our certificate/,
      ],
      [
        'an expired client certificate',
        'SSL_CLIENT_CERTIFICATE_REFUSED',
        'MTLS',
        { ca, ...ofClients.issue({ validFrom: inDays(-9), validTo: inDays(-2) }) },
        /refuses our certificate/,
      ],
      ['no version in common', 'SSL_NO_COMMON_VERSION', 'OLD', { ca, minVersion: 'TLSv1.3' }, /no version of TLS/],
    ]
    for (const [what, code, listener, tls, text] of fatal) {
      test(`TLS-03, MDT-17: ${what} ends the wait at once, with ${code}`, async () => {
        const refused = await failure(listener, tls)
        expectRefusedForGood(refused, code, text)
      })
    }

    test('TLS-04: a client of TLS at a plain port is told so, and tries again, but no more often than its back-off says', async () => {
      const refused = await failure('PLAINTEXT', { ca })
      expect(refused).toMatchObject({ code: 'METADATA_TIMEOUT', cause: 'SSL_HANDSHAKE_INTERRUPTED' })
      expect(refused.text).toContain('the port is one of PLAINTEXT or SASL_PLAINTEXT')
      expect(refused.insisted).toBeGreaterThan(1)
      expect(refused.insisted).toBeLessThanOrEqual(refused.mostAttempts)
    })

    test('a plain client at a port of TLS is told so, and tries again, but no more often than its back-off says', async () => {
      const refused = await failure('SSL')
      expect(refused).toMatchObject({ code: 'METADATA_TIMEOUT', cause: 'SSL_EXPECTED' })
      expect(refused.text).toContain('TLS')
      expect(refused.insisted).toBeGreaterThan(1)
      expect(refused.insisted).toBeLessThanOrEqual(refused.mostAttempts)
    })
  })
})
