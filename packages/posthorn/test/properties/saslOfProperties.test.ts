import { writeFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ClusterOptions, createCluster } from '@posthorn/testkit'
import { afterAll, describe, expect, it } from 'vitest'
import { createProducer, propertiesOptions, readProperties } from '../../src/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'posthorn-token-'))
afterAll(() => rmSync(folder, { recursive: true }))

const modules = 'org.apache.kafka.common.security'
const login = 'username="alice" password="a=b \\\\"c\\\\"";'
const claims = 'unsecuredLoginStringClaim_sub="alice" unsecuredLoginNumberClaim_level="3"'

/** Sends a record with the options of a file, over a transport in memory. */
async function sent(text: string, sasl: ClusterOptions['sasl']): Promise<unknown[]> {
  await using cluster = createCluster({ topics: { t: 1 }, sasl })
  const options = propertiesOptions(readProperties(`security.protocol=SASL_PLAINTEXT\n${text}`))
  await using producer = createProducer({
    ...options,
    transactionalId: undefined,
    transactionTimeoutMs: undefined,
    bootstrapServers: cluster.bootstrapServers,
    transport: cluster.transport(),
  })
  await producer.send({ topic: 't', value: 'v' })
  return cluster.records('t')
}

describe('logins of a properties file', () => {
  it('names what has no counterpart, instead of reading it in silence', () => {
    const { warnings } = readProperties(`
      security.protocol=SASL_PLAINTEXT
      sasl.mechanism=OAUTHBEARER
      sasl.login.callback.handler.class=${modules}.oauthbearer.OAuthBearerLoginCallbackHandler
      sasl.oauthbearer.token.endpoint.url=http://127.0.0.1:1/token
      sasl.oauthbearer.client.credentials.client.id=a
      sasl.oauthbearer.client.credentials.client.secret=b
      sasl.login.refresh.window.factor=0.8
      sasl.oauthbearer.header.urlencode=true
    `)
    expect(warnings.map(({ key }) => key)).toEqual([
      'sasl.login.refresh.window.factor',
      'sasl.oauthbearer.header.urlencode',
    ])
  })

  it.each([
    ['PLAIN', `${modules}.plain.PlainLoginModule required ${login}`],
    ['SCRAM-SHA-256', `${modules}.scram.ScramLoginModule required ${login}`],
    ['SCRAM-SHA-512', `${modules}.scram.ScramLoginModule required ${login}`],
    ['OAUTHBEARER', `${modules}.oauthbearer.OAuthBearerLoginModule required ${claims};`],
  ])('log in: %s', async (mechanism, jaas) => {
    const text = `sasl.mechanism=${mechanism}\nsasl.jaas.config=${jaas}`
    expect(await sent(text, { users: { alice: 'a=b "c"' } })).toHaveLength(1)
  })

  it('log in with a token that is in a file', async () => {
    const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
    const now = Date.now() / 1000
    const token = `${encoded({ alg: 'none' })}.${encoded({ sub: 'bob', iat: now, exp: now + 60 })}.`
    writeFileSync(join(folder, 'token'), `${token}\n`)
    const text =
      `sasl.mechanism=OAUTHBEARER\nsasl.jaas.config=${modules}.oauthbearer.OAuthBearerLoginModule required;\n` +
      `sasl.login.callback.handler.class=${modules}.oauthbearer.OAuthBearerLoginCallbackHandler\n` +
      `sasl.oauthbearer.token.endpoint.url=file://${folder}/token`
    expect(await sent(text, {})).toHaveLength(1)
  })

  it('refuse to send a password in the clear unless that is meant', () => {
    const file = `security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\nsasl.jaas.config=${modules}.plain.PlainLoginModule required ${login}`
    const make = (allowPlaintext: boolean): unknown => {
      const { sasl } = propertiesOptions(readProperties(file), { allowPlaintext })
      return createProducer({ bootstrapServers: 'localhost:1', ...(sasl !== undefined && { sasl }) })
    }
    expect(() => make(false)).toThrow(/sasl: PLAIN sends credentials/)
    expect(make(true)).toBeDefined()
  })
})
