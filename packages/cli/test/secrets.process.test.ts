import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { type Cluster, createCluster } from '@posthorn/testkit'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { Authority, encryptedKey, pkcs12 } from '../../../tools/certificates/authority.ts'
import { run } from '../src/index.ts'
import { FakeIo } from './support/fakeIo.ts'

/** A text that is nowhere else, one for each field. */
const planted = (field: string): string => `planted-${field}-5b1d7e`
const fields = ['password', 'wrong', 'token', 'clientSecret', 'passphrase', 'truststore', 'keystore']
const authority = new Authority()
const mine = authority.issue({ commonName: 'alice' })
const locked = encryptedKey(mine, planted('passphrase'))

/** All that must not be seen, in the forms in which it might be. */
const secrets = [
  ...fields
    .map(planted)
    .flatMap((text) => [text, Buffer.from(text).toString('base64').slice(2, -4), Buffer.from(text).toString('hex')]),
  ...[mine.key, locked].flatMap((pem) => pem.split('\n').filter((line) => line.length > 40 && !line.includes('-----'))),
]

const folder = mkdtempSync(join(tmpdir(), 'posthorn-secrets-'))
const at = (name: string): string => join(folder, name)
const files = {
  'ca.pem': authority.cert,
  'alice.pem': mine.cert,
  'alice.key': locked,
  'both.pem': locked + mine.cert,
  'alice.p12': pkcs12(mine, planted('keystore')),
}

let secure: Cluster
let plain: Cluster

beforeAll(async () => {
  for (const [name, content] of Object.entries(files)) writeFileSync(at(name), content)
  for (const field of fields) vi.stubEnv(`SECRET_${field}`, planted(field))
  const sasl = { users: { alice: planted('password') }, verifyToken: () => ({ user: 'alice' }) }
  secure = createCluster({ topics: { orders: 1 }, sasl })
  plain = createCluster({ topics: { orders: 1 }, sasl })
  const server = authority.issue({ names: ['127.0.0.1'] })
  await secure.listen({ tls: { ...server, clientAuth: 'required', ca: authority.cert } })
  await plain.listen()
})

afterAll(async () => {
  vi.unstubAllEnvs()
  await Promise.all([secure.close(), plain.close()])
  rmSync(folder, { recursive: true })
})

const module = 'org.apache.kafka.common.security'
const scram = (password: string): string[] => [
  'sasl.mechanism=SCRAM-SHA-512',
  `sasl.jaas.config=${module}.scram.ScramLoginModule required username="alice" password="${password}";`,
]
const trust = (): string[] => ['ssl.truststore.type=PEM', `ssl.truststore.location=${at('ca.pem')}`]
const inline = (pem: string): string => pem.trimEnd().replaceAll('\n', ' \\\n')
const identity = (password: string): string[] => [
  'ssl.keystore.type=PEM',
  `ssl.keystore.certificate.chain=${inline(mine.cert)}`,
  `ssl.keystore.key=${inline(locked)}`,
  `ssl.key.password=${password}`,
]
const store = (password: string): string[] => [
  'ssl.keystore.type=PKCS12',
  `ssl.keystore.location=${at('alice.p12')}`,
  `ssl.keystore.password=${password}`,
]

/** Exit code of `doctor`, and what the file of `--properties` says. */
const properties: readonly (readonly [what: string, code: number, lines: () => readonly string[]])[] = [
  ['all right', 0, () => [...scram(planted('password')), ...trust(), ...identity(planted('passphrase'))]],
  ['all right, with a store', 0, () => [...scram(planted('password')), ...trust(), ...store(planted('keystore'))]],
  ['a wrong password', 1, () => [...scram(planted('wrong')), ...trust(), ...identity(planted('passphrase'))]],
  ['a wrong passphrase', 2, () => [...scram(planted('password')), ...trust(), ...identity(planted('wrong'))]],
  ['a wrong password of a keystore', 2, () => [...scram(planted('password')), ...trust(), ...store(planted('wrong'))]],
  [
    'a truststore that does not open',
    2,
    () => [
      'ssl.truststore.type=PKCS12',
      `ssl.truststore.location=${at('alice.p12')}`,
      `ssl.truststore.password=${planted('truststore')}`,
    ],
  ],
  ['a JAAS entry that is none', 2, () => ['sasl.mechanism=PLAIN', `sasl.jaas.config="${planted('password')}`]],
  [
    'a key that is none',
    2,
    () => ['ssl.keystore.type=PEM', 'ssl.keystore.certificate.chain=x', `ssl.keystore.key=${planted('passphrase')}`],
  ],
  [
    'a token service that cannot be reached',
    1,
    () => [
      ...trust(),
      ...identity(planted('passphrase')),
      'sasl.mechanism=OAUTHBEARER',
      `sasl.login.callback.handler.class=${module}.oauthbearer.OAuthBearerLoginCallbackHandler`,
      'sasl.oauthbearer.token.endpoint.url=https://127.0.0.1:1/token',
      'sasl.oauthbearer.client.credentials.client.id=posthorn',
      `sasl.oauthbearer.client.credentials.client.secret=${planted('clientSecret')}`,
    ],
  ],
]

/** Exit code of `doctor`, to which cluster, and the flags. */
const flags: readonly (readonly [what: string, code: number, to: () => Cluster, args: () => readonly string[]])[] = [
  ...['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((name): (typeof flags)[number][] => [
    [name, 0, () => plain, () => ['--sasl', name, '--username', 'alice', '--password-env', 'SECRET_password']],
    [`${name}, wrong`, 1, () => plain, () => ['--sasl', name, '--username', 'alice', '--password-env', 'SECRET_wrong']],
  ]),
  ['OAUTHBEARER', 0, () => plain, () => ['--sasl', 'OAUTHBEARER', '--password-env', 'SECRET_token']],
  ...(['passphrase', 'wrong'] as const).map((word): (typeof flags)[number] => [
    `a key with its ${word}`,
    word === 'wrong' ? 2 : 0,
    () => secure,
    () => [
      ...['--tls-ca', at('ca.pem'), '--tls-cert', at('alice.pem'), '--tls-key', at('alice.key')],
      ...['--tls-key-password-env', `SECRET_${word}`],
      ...['--sasl', 'SCRAM-SHA-512', '--username', 'alice', '--password-env', 'SECRET_password'],
    ],
  ]),
]

/** Runs each command that connects, and returns the doctor's exit code and everything that was printed. */
async function printed(
  args: readonly string[],
  servers: readonly string[],
  seconds = '60',
): Promise<{ code: number; text: string }> {
  const common = ['-b', servers.join(','), ...args]
  const codes: number[] = []
  let text = ''
  for (const command of [
    ['doctor', ...common, '--topic', 'orders', '--write', '--timeout', seconds],
    ['doctor', ...common, '--json', '--timeout', seconds],
    ['produce', ...common, '--topic', 'orders', '-c', 'max.block.ms=1000'],
    ['produce', ...common, '--topic', 'orders', '-c', 'max.block.ms=1000', '--json'],
  ]) {
    const io = new FakeIo('one\n')
    codes.push(await run(command, io))
    expect(io.stdout.text + io.stderr.text).not.toBe('')
    text += io.stdout.text + io.stderr.text
  }
  return { code: codes[0]!, text }
}

function found(text: string): string[] {
  return secrets.filter((secret) => text.includes(secret))
}

describe('what the command line prints', () => {
  it('is searched for what would be found', () => {
    expect(found(inspect([planted('password'), mine.key]))).not.toEqual([])
  })

  it.each(properties)('SAS-07: shows no secret of a properties file with %s', async (what, code, lines) => {
    const file = at(`${what.replaceAll(' ', '-')}.properties`)
    writeFileSync(file, ['security.protocol=SASL_SSL', ...lines()].join('\n'))
    // The one that nothing ends but time; whatever the machine, it is not enough.
    const seconds = what.startsWith('a token service') ? '2' : undefined
    const result = await printed(['--properties', file], secure.bootstrapServers, seconds)
    expect(found(result.text)).toEqual([])
    expect(result.code, result.text).toBe(code)
  })

  it.each(flags)('SAS-07: shows no secret of the environment, for %s', async (_, code, to, args) => {
    const result = await printed([...args(), '--allow-plaintext-password'], to().bootstrapServers)
    expect(found(result.text)).toEqual([])
    expect(result.code, result.text).toBe(code)
  })
})
