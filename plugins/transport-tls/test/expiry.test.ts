import { describe, expect, test } from 'vitest'
import type { CertificateExpiry, TlsOptions } from '../src/index.ts'
import { Client, Peer } from './harness.ts'
import { authority } from './identities.ts'

const day = 86_400_000
const inDays = (days: number): Date => new Date(Date.now() + days * day)
const brokers = authority.issue({ commonName: 'broker', names: ['localhost'], validTo: inDays(10) })
const mine = authority.issue({ commonName: 'mine', validTo: inDays(20) })

/** What is told at the end of handshakes, the days between them given. */
async function told(days: readonly number[], options: TlsOptions = {}): Promise<CertificateExpiry[]> {
  const seen: CertificateExpiry[] = []
  await using peer = await Peer.secure(brokers)
  const watched = {
    ca: authority.cert,
    ...mine,
    onCertificateExpiry: (expiry: CertificateExpiry) => void seen.push(expiry),
  }
  using client = new Client({ ...watched, sessionResumption: false, ...options } as TlsOptions)
  for (const passed of [...days, 0]) {
    await client.connect(peer)
    client.nowMs += passed * day
  }
  return seen
}

describe('certificates that run out soon', () => {
  test('are told of, ours and the broker’s, when fewer days are left than asked for', async () => {
    expect((await told([], { certificateExpiryDays: 9 })).length).toBe(0)
    const seen = await told([], { certificateExpiryDays: 30 })
    expect(seen.map(({ whose, subject, daysLeft }) => ({ whose, subject, daysLeft }))).toEqual([
      { whose: 'broker', subject: 'CN=broker', daysLeft: 9 },
      { whose: 'own', subject: 'CN=mine', daysLeft: 19 },
    ])
    expect(seen[0]).toMatchObject({
      broker: expect.stringMatching(/^localhost:\d+$/) as string,
      fingerprint256: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/) as string,
      serialNumber: expect.stringMatching(/^[0-9A-F]+$/) as string,
    })
    expect(Math.abs((seen[0]?.validToMs ?? 0) - inDays(10).getTime())).toBeLessThan(60_000)
  })

  test('are told of from 14 days on, and again after a day at the soonest', async () => {
    expect((await told([0, 0.9, 0.2, 5])).map(({ whose, daysLeft }) => `${whose} ${daysLeft}`)).toEqual([
      'broker 9',
      'broker 8',
      'broker 3',
      'own 13',
    ])
  })

  test('are never told of with 0 days', async () => {
    expect(await told([], { certificateExpiryDays: 0 })).toEqual([])
  })

  test('are a warning in the log by default', async () => {
    await using peer = await Peer.secure(brokers)
    using client = new Client()
    await client.connect(peer)
    const [line] = client.lines.filter(({ level }) => level === 'warn')
    expect(line?.message).toMatch(/^the certificate of localhost:\d+ runs out on \d{4}-\d\d-\d\dT/)
    expect(line?.fields).toMatchObject({ whose: 'broker', subject: 'CN=broker', daysLeft: 9 })
  })

  test('do not fail a connection when whoever is told throws', async () => {
    await using peer = await Peer.secure(brokers)
    const thrown = new Error('mine')
    using client = new Client({
      onCertificateExpiry: () => {
        throw thrown
      },
    })
    await client.connect(peer)
    expect(client.lines.filter(({ level }) => level === 'error')).toEqual([
      { level: 'error', message: 'onCertificateExpiry threw', fields: { error: thrown } },
    ])
  })
})
