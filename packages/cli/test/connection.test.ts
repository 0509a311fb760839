import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { type ConnectionSettings, connectionSettings } from '../src/connection/settings.ts'
import { producerOptions } from '../src/produce/producerOptions.ts'

const folder = mkdtempSync(join(tmpdir(), 'posthorn-properties-'))
afterAll(() => rmSync(folder, { recursive: true }))

function fileOf(text: string): string {
  const path = join(folder, `${Math.abs(text.length)}-${text.charCodeAt(0)}.properties`)
  writeFileSync(path, text)
  return path
}

function settings(text: string, flags: object = {}): ConnectionSettings {
  return connectionSettings({ properties: fileOf(text), ...flags })
}

describe('--properties', () => {
  it('says where the cluster is and how to produce; flags win', () => {
    const file = 'bootstrap.servers=a:1\nlinger.ms=7\nacks=1\ncompression.type=gzip\n'
    expect(settings(file).options).toEqual({ bootstrapServers: ['a:1'], lingerMs: 7, acks: 1, compression: 'gzip' })
    const flags = { bootstrapServers: 'b:2', properties: fileOf(file), topic: 't', format: 'lines' as const }
    expect(producerOptions({ ...flags, acks: 'all', config: ['linger.ms=9'] })).toEqual({
      ...{ bootstrapServers: 'b:2', lingerMs: 9, acks: 'all', compression: 'gzip' },
    })
  })

  it('tells of keys without effect, by the name of the file', () => {
    const { notices } = settings('bootstrap.servers=a:1\ngroup.id=g\n')
    expect(notices).toEqual([
      expect.stringMatching(/\.properties: group\.id has no effect: it is a setting of a consumer$/),
    ])
    expect(settings('bootstrap.servers=a:1\ngroup.id=g\n', { ignoreProperty: ['group.id'] }).notices).toEqual([])
  })

  it('names the file in what it refuses', () => {
    expect(() => settings('linger.ms=x')).toThrow(/\.properties: linger\.ms: expected a whole number/)
    expect(() => connectionSettings({ properties: '/no/such.properties' })).toThrow(/cannot read \/no\/such.properties/)
    expect(() => settings('acks=1')).toThrow(/where is the cluster\?/)
  })

  it('keeps transactions out of produce', () => {
    const text = 'bootstrap.servers=a:1\ntransactional.id=t\n'
    const { options, transactionalId } = settings(text)
    expect({ options, transactionalId }).toEqual({ options: { bootstrapServers: ['a:1'] }, transactionalId: 't' })
    const flags = { properties: fileOf(text), topic: 't', format: 'lines' as const }
    expect(() => producerOptions(flags)).toThrow(/there are no transactions here/)
  })
})

describe('flags of TLS and SASL', () => {
  const b = { bootstrapServers: 'a:1' }
  const secret = { PASSWORD: 'S3CRET' }

  it('make a transport and a login', () => {
    const flags = { ...b, tls: true, sasl: 'scram-sha-512', username: 'me', passwordEnv: 'PASSWORD' }
    const { options, sasl, transport } = connectionSettings(flags, secret)
    expect(options).toEqual({ bootstrapServers: 'a:1', transport, sasl })
    expect(inspect({ options, sasl }, { depth: 9 })).not.toContain('S3CRET')
  })

  it.each([
    [{ username: 'me' }, /need --sasl/],
    [{ sasl: 'PLAIN', username: 'me' }, /--sasl PLAIN needs --password-env/],
    [{ sasl: 'PLAIN', passwordEnv: 'PASSWORD' }, /--sasl PLAIN needs --username/],
    [
      { sasl: 'PLAIN', username: 'me', passwordEnv: 'NONE' },
      /--password-env NONE: there is no such environment variable/,
    ],
    [{ sasl: 'GSSAPI', username: 'me', passwordEnv: 'PASSWORD' }, /--sasl: expected PLAIN, .* received "GSSAPI"/],
    [{ tlsCert: 'a.pem' }, /--tls-cert and --tls-key go together/],
    [{ tlsKeyPasswordEnv: 'PASSWORD' }, /needs --tls-key/],
    [{ tlsCa: '/no/ca.pem' }, /--tls-ca: cannot read \/no\/ca.pem/],
  ])('are refused when they make no sense: %o', (flags, message) => {
    expect(() => connectionSettings({ ...b, ...flags }, secret)).toThrow(message)
  })
})
