import { ConfigError } from '@posthorn/contracts'
import { describe, expect, it } from 'vitest'
import type { ClientProperties, PropertiesOptions } from '../../src/index.ts'
import { readProperties } from '../../src/index.ts'

const PLAIN = 'org.apache.kafka.common.security.plain.PlainLoginModule'
const SCRAM = 'org.apache.kafka.common.security.scram.ScramLoginModule'
const OAUTH = 'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule'

function refusal(text: string, options?: PropertiesOptions): string {
  try {
    readProperties(text, options)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return 'accepted'
}

function warned(properties: ClientProperties): string[] {
  return properties.warnings.map(({ key, message }) => `${key} ${message}`)
}

describe('plain settings', () => {
  it("are ours, by Java's names and types", () => {
    const { bootstrapServers, options, compression, partitioner, clientDnsLookup, warnings } = readProperties(`
      bootstrap.servers = a:9092, b:9093 ,
      client.id=billing
      acks=-1
      linger.ms= +20
      enable.idempotence=TRUE
      transactional.id=t-1
      transaction.timeout.ms=1000
      compression.type=zstd
      compression.zstd.level=-7
      partitioner.ignore.keys=true
      metadata.recovery.strategy=REBOOTSTRAP
      client.dns.lookup=default
      key.serializer=org.apache.kafka.common.serialization.StringSerializer
      interceptor.classes=
    `)
    expect({ bootstrapServers, options, compression, partitioner, clientDnsLookup, warnings }).toEqual({
      bootstrapServers: ['a:9092', 'b:9093'],
      options: {
        clientId: 'billing',
        acks: -1,
        lingerMs: 20,
        enableIdempotence: true,
        transactionalId: 't-1',
        transactionTimeoutMs: 1000,
        metadataRecoveryStrategy: 'rebootstrap',
      },
      compression: { type: 'zstd', level: -7 },
      partitioner: { type: 'murmur2Sticky', ignoreKeys: true },
      clientDnsLookup: 'use_all_dns_ips',
      warnings: [],
    })
  })

  it('need not be there', () => {
    expect(readProperties('')).toEqual({ options: {}, warnings: [] })
  })

  it.each([
    ['linger.ms=5ms', 'linger.ms: expected a whole number, received "5ms"'],
    ['linger.ms=', 'linger.ms: expected a whole number, received ""'],
    ['buffer.memory=9999999999999999999', 'buffer.memory: expected a whole number, received "9999999999999999999"'],
    ['enable.idempotence=yes', 'enable.idempotence: expected true or false, received "yes"'],
    ['acks=2', 'acks: expected all, -1, 0 or 1, received "2"'],
    ['compression.type=lzma', 'compression.type: expected none, gzip, snappy, lz4 or zstd, received "lzma"'],
    ['metadata.recovery.strategy=hope', 'metadata.recovery.strategy: expected rebootstrap or none, received "hope"'],
    ['security.protocol=TLS', /^security.protocol: expected PLAINTEXT, SSL, .*, received "TLS"$/],
  ])('are refused when they cannot be read: %s', (text, message) => {
    expect(refusal(text)).toMatch(message)
  })

  it('that are wrong are told all at once', () => {
    expect(refusal('linger.ms=a\nretries=b')).toBe(
      '2 problems\n- linger.ms: expected a whole number, received "a"\n- retries: expected a whole number, received "b"',
    )
  })
})

describe('keys without a counterpart', () => {
  it('that do not matter here are named, and why', () => {
    const properties = readProperties(`
      group.id=g
      key.deserializer=org.apache.kafka.common.serialization.StringDeserializer
      session.timeout.ms=45000
      schema.registry.url=https://registry
      send.buffer.bytes=131072
      my.own.key=1
      linger.ms=1
      linger.ms=2
      compression.gzip.level=3
      ssl.truststore.location=/trust.pem
      sasl.mechanism=PLAIN
      transaction.timeout.ms=5
    `)
    expect(properties.options).toEqual({ lingerMs: 2 })
    expect(warned(properties)).toEqual([
      'linger.ms is given more than once; the last one counts',
      'transaction.timeout.ms has no effect without transactional.id',
      'compression.gzip.level has no effect with compression.type=none',
      'ssl.truststore.location has no effect with security.protocol=PLAINTEXT',
      'sasl.mechanism has no effect with security.protocol=PLAINTEXT',
      'group.id has no effect: it is a setting of a consumer',
      'key.deserializer has no effect: it is a setting of a consumer',
      'session.timeout.ms has no effect: it is a setting of a consumer',
      'schema.registry.url has no effect: it is a setting of a schema registry',
      'send.buffer.bytes has no effect: Node leaves the size of socket buffers to the system',
      'my.own.key has no effect: no producer knows it',
    ])
  })

  it.each([
    ['linger.mss=1', 'linger.mss: no client knows it; did you mean linger.ms?'],
    ['security.protocl=SSL', 'security.protocl: no client knows it; did you mean security.protocol?'],
    ['ssl.trust.everyone=true', 'ssl.trust.everyone: no producer knows it'],
    ['sasl.mechanisms=PLAIN', /^sasl.mechanisms: .*librdkafka.*sasl.mechanism$/],
    ['queue.buffering.max.ms=5', /librdkafka.*linger.ms$/],
    ['value.serializer=com.acme.Avro', /^value.serializer: com.acme.Avro is a Java class; give valueSerializer/],
    ['interceptor.classes=com.acme.I', /^interceptor.classes: these are Java classes/],
    ['partitioner.class=com.acme.P', /^partitioner.class: com.acme.P is a Java class/],
    [
      'config.providers=env\nclient.id=${env:ID}',
      /^2 problems\n- client.id: \$\{…:…} is not replaced.*\n- config.providers: /,
    ],
    ['ssl.engine.factory.class=x', /^ssl.engine.factory.class: a Java class/],
    ['transaction.two.phase.commit.enable=true', /two-phase commit is not supported$/],
    ['sasl.oauthbearer.assertion.algorithm=RS256', /signed assertions are not supported/],
  ])('that would change what happens are refused: %s', (text, message) => {
    expect(refusal(text)).toMatch(message)
  })

  it('that the caller takes care of are passed over', () => {
    const except = ['value.serializer', 'group.id']
    const text = 'value.serializer=com.acme.Avro\ngroup.id=g\nacks=1'
    expect(readProperties(text, { except })).toEqual({ options: { acks: 1 }, warnings: [] })
  })

  it('are only text when they look like a config provider without one', () => {
    const properties = readProperties('client.id=${env:ID}')
    expect(properties.options).toEqual({ clientId: '${env:ID}' })
    expect(warned(properties)).toEqual([expect.stringMatching(/^client.id \$\{…:…} is not replaced/)])
  })
})

describe('TLS', () => {
  const pem = '-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n'

  it('checks host names and speaks 1.2 and 1.3 unless told otherwise', () => {
    expect(readProperties('security.protocol=ssl').tls).toEqual({
      verifyHostName: true,
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.3',
    })
    const narrow = 'security.protocol=SSL\nssl.enabled.protocols=TLSv1.3\nssl.cipher.suites=A, B'
    expect(readProperties(narrow).tls).toMatchObject({ minVersion: 'TLSv1.3', cipherSuites: ['A', 'B'] })
    expect(readProperties('security.protocol=SSL\nssl.protocol=TLSv1.2').tls).toMatchObject({ maxVersion: 'TLSv1.2' })
  })

  it('takes stores as files, of Java by default', () => {
    const { tls } = readProperties(`
      security.protocol=SSL
      ssl.truststore.location=/trust.jks
      ssl.keystore.type=pkcs12
      ssl.keystore.location=/me.p12
      ssl.keystore.password=changeit
      ssl.key.password=other
    `)
    expect(tls?.trust).toEqual({ type: 'JKS', file: '/trust.jks', password: null })
    expect(tls?.identity).toMatchObject({ type: 'PKCS12', file: '/me.p12' })
    if (tls?.identity?.type !== 'PKCS12') throw new Error('no PKCS#12')
    expect([tls.identity.password?.(), tls.identity.keyPassword?.()]).toEqual(['changeit', 'other'])
  })

  it('TLS-06: takes PEM from files and inline, also as it comes out of continued lines', () => {
    const { tls } = readProperties(`
      security.protocol=SASL_SSL
      sasl.mechanism=PLAIN
      sasl.jaas.config=${PLAIN} required username="u" password="p";
      ssl.truststore.type=PEM
      ssl.truststore.certificates=-----BEGIN CERTIFICATE----- \\
        QUJD \\
        -----END CERTIFICATE----- -----BEGIN CERTIFICATE-----\\n${'QUJD'.repeat(20)}\\n-----END CERTIFICATE-----
      ssl.keystore.type=PEM
      ssl.keystore.location=/me.pem
    `)
    const second = `${'QUJD'.repeat(16)}\n${'QUJD'.repeat(4)}`
    if (tls?.trust?.type !== 'PEM' || !('pem' in tls.trust.certificates)) throw new Error('no PEM')
    expect(tls.trust.certificates.pem()).toBe(pem + pem.replace('QUJD', second))
    expect(tls.identity).toEqual({
      type: 'PEM',
      certificateChain: { file: '/me.pem' },
      key: { file: '/me.pem' },
      keyPassword: null,
    })
  })

  it('TLS-01: does not switch off the check of host names without a word of ours', () => {
    const text = 'security.protocol=SSL\nssl.endpoint.identification.algorithm='
    expect(refusal(text)).toMatch(
      /^ssl.endpoint.identification.algorithm: empty switches off .*allowUnverifiedHostName/,
    )
    expect(readProperties(text, { allowUnverifiedHostName: true }).tls?.verifyHostName).toBe(false)
    expect(readProperties(`${text}HTTPS`).tls?.verifyHostName).toBe(true)
  })

  it.each([
    ['ssl.truststore.type=PEM\nssl.truststore.certificates=nonsense', /certificates: expected PEM/],
    ['ssl.truststore.certificates=x', /expected together with ssl.truststore.type=PEM/],
    ['ssl.truststore.type=PEM\nssl.truststore.location=a\nssl.truststore.password=b', /password: expected none with/],
    ['ssl.keystore.type=PEM\nssl.keystore.key=x', /key: expected together with ssl.keystore.certificate.chain/],
    ['ssl.truststore.type=BKS', /expected PEM or PKCS12, received "BKS"/],
    ['ssl.enabled.protocols=TLSv1.1', /expected TLSv1.2 or TLSv1.3/],
    ['ssl.protocol=SSLv3', /expected TLSv1.3, TLSv1.2 or TLS, received "SSLv3"/],
    ['ssl.protocol=TLSv1.2\nssl.enabled.protocols=TLSv1.3', /TLSv1.2 is not among/],
    ['ssl.endpoint.identification.algorithm=LDAPS', /expected https, received "LDAPS"/],
  ])('is refused when it cannot be: %s', (text, message) => {
    expect(refusal(`security.protocol=SSL\n${text}`)).toMatch(message)
  })
})

describe('SASL', () => {
  const over = (mechanism: string, jaas: string, more = ''): string =>
    `security.protocol=SASL_SSL\nsasl.mechanism=${mechanism}\nsasl.jaas.config=${jaas}\n${more}`

  it('takes user and password of PLAIN and SCRAM', () => {
    const plain = readProperties(over('PLAIN', `${PLAIN} required username="u" password="p\\\\"q";`)).sasl
    expect(plain).toMatchObject({ mechanism: 'PLAIN', username: 'u', delegationToken: false })
    expect(plain && 'password' in plain && plain.password()).toBe('p"q')
    const shaded = `kafkashaded.${SCRAM} required username=u password=p tokenauth=true x=1;`
    const scram = readProperties(over('SCRAM-SHA-512', shaded.replace('=1', '="1"')))
    expect(scram.sasl).toMatchObject({ mechanism: 'SCRAM-SHA-512', username: 'u', delegationToken: true })
    expect(warned(scram)).toEqual(['sasl.jaas.config option 4 of the login module is not known and has no effect'])
  })

  it('takes unsecured tokens of OAUTHBEARER', () => {
    const jaas =
      `${OAUTH} required unsecuredLoginStringClaim_sub="admin" unsecuredLoginNumberClaim_level="1.5" ` +
      'unsecuredLoginListClaim_scope="|a|b" unsecuredLoginLifetimeSeconds="60" unsecuredLoginExtension_tenant="x";'
    expect(readProperties(over('OAUTHBEARER', jaas)).sasl).toEqual({
      mechanism: 'OAUTHBEARER',
      source: 'unsecured',
      claims: { sub: 'admin', level: 1.5, scope: ['a', 'b'] },
      lifetimeSeconds: 60,
      extensions: { tenant: 'x' },
    })
  })

  const handler =
    'sasl.login.callback.handler.class=org.apache.kafka.common.security.oauthbearer.secured.OAuthBearerLoginCallbackHandler\n'
  const url = 'sasl.oauthbearer.token.endpoint.url=https://id/token\n'

  it('takes client credentials of OAUTHBEARER, from the login module or beside it', () => {
    const inside = `${OAUTH} required clientId="c" clientSecret="s" scope="k" extension_pool="p";`
    const first = readProperties(over('OAUTHBEARER', inside, `${handler}${url}sasl.login.read.timeout.ms=5`)).sasl
    expect(first).toMatchObject({
      source: 'client-credentials',
      tokenEndpointUrl: 'https://id/token',
      clientId: 'c',
      scope: 'k',
      extensions: { pool: 'p' },
      settings: { readTimeoutMs: 5 },
    })
    expect(first && 'clientSecret' in first && first.clientSecret()).toBe('s')
    const prefix = 'sasl.oauthbearer.client.credentials.client'
    const beside = `${handler.replace('.secured', '')}${url}${prefix}.id=d\n${prefix}.secret=e`
    const second = readProperties(over('OAUTHBEARER', `${OAUTH} required;`, beside)).sasl
    expect(second).toMatchObject({ clientId: 'd', settings: {} })
    expect(second && 'clientSecret' in second && second.clientSecret()).toBe('e')
  })

  it('takes a token in a file', () => {
    const file = `${handler}sasl.oauthbearer.token.endpoint.url=file:///run/token%20of%20us\n`
    expect(readProperties(over('OAUTHBEARER', `${OAUTH} required;`, file)).sasl).toEqual({
      mechanism: 'OAUTHBEARER',
      source: 'file',
      file: '/run/token of us',
      extensions: {},
    })
  })

  it.each([
    [over('PLAIN', ''), /sasl.jaas.config: missing/],
    [over('PLAIN', `${PLAIN} required username="u";`), /password is missing in it/],
    [over('PLAIN', `${PLAIN} required username="u" password=1234;`), /a value in quotation marks for option 2/],
    [over('PLAIN', `${PLAIN} required username="u" password="p"`), /a semicolon at its end/],
    [over('PLAIN', `${SCRAM} required username="u" password="p";`), /expected .*PlainLoginModule .*received .*Scram/],
    [over('SCRAM-SHA-256', `${PLAIN} required username="u" password="p";`), /expected .*ScramLoginModule/],
    [over('OAUTHBEARER', `${PLAIN} required username="u" password="p";`), /expected .*OAuthBearerLoginModule/],
    [
      over('OAUTHBEARER', `${OAUTH} required clientId="c" clientSecret="s";`),
      /unsecuredLoginStringClaim_sub is missing/,
    ],
    [over('OAUTHBEARER', `${OAUTH} required;`, handler), /token.endpoint.url: missing/],
    [
      over('OAUTHBEARER', `${OAUTH} required;`, handler + url),
      /^2 problems.*client.id: missing.*client.secret: missing/s,
    ],
    [
      over('OAUTHBEARER', `${OAUTH} required;`, `${handler}sasl.oauthbearer.token.endpoint.url=ftp:x`),
      /http, https or file/,
    ],
    [
      over('OAUTHBEARER', `${OAUTH} required;`, 'sasl.login.callback.handler.class=com.acme.H'),
      /com.acme.H is a Java class/,
    ],
    [over('GSSAPI', 'x'), /sasl.mechanism: GSSAPI: Kerberos is not supported/],
    ['security.protocol=SASL_PLAINTEXT', /sasl.mechanism: missing, which means GSSAPI/],
    [over('AWS_MSK_IAM', 'x'), /@posthorn\/sasl-aws-msk-iam/],
  ])('is refused when it cannot be: %s', (text, message) => {
    expect(refusal(text)).toMatch(message)
  })
})
