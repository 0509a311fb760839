import { type JaasEntry, parseJaas } from './jaas.ts'
import { readOauthBearer } from './oauthKeys.ts'
import type { PasswordProperties, SaslProperties } from './saslProperties.ts'
import { warnOptions } from './warnOptions.ts'
import type { PropertyValues } from './values.ts'

/** Keys that say how to authenticate, with what they are here. */
export const saslKeys: readonly (readonly [key: string, ours: string])[] = [
  ['sasl.jaas.config', 'user and password, or where tokens come from: the modules of PLAIN, SCRAM and OAUTHBEARER'],
  ['sasl.login.callback.handler.class', "Kafka's own for OAUTHBEARER"],
  ['sasl.login.connect.timeout.ms', 'of the token endpoint'],
  ['sasl.login.read.timeout.ms', 'of the token endpoint'],
  ['sasl.login.refresh.buffer.seconds', 'refresh of tokens'],
  ['sasl.login.refresh.min.period.seconds', 'refresh of tokens'],
  ['sasl.login.refresh.window.factor', 'refresh of tokens'],
  ['sasl.login.refresh.window.jitter', 'refresh of tokens'],
  ['sasl.login.retry.backoff.max.ms', 'of the token endpoint'],
  ['sasl.login.retry.backoff.ms', 'of the token endpoint'],
  ['sasl.mechanism', 'PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER'],
  ['sasl.oauthbearer.client.credentials.client.id', 'client credentials'],
  ['sasl.oauthbearer.client.credentials.client.secret', 'client credentials'],
  ['sasl.oauthbearer.header.urlencode', 'client credentials'],
  ['sasl.oauthbearer.jwt.retriever.class', "Kafka's own: client credentials, file"],
  ['sasl.oauthbearer.scope', 'client credentials'],
  ['sasl.oauthbearer.scope.claim.name', 'of the token'],
  ['sasl.oauthbearer.sub.claim.name', 'of the token'],
  ['sasl.oauthbearer.token.endpoint.url', 'client credentials; `file:` for a token in a file'],
]

const passwordModules: Readonly<Record<PasswordProperties['mechanism'], string>> = {
  PLAIN: 'org.apache.kafka.common.security.plain.PlainLoginModule',
  'SCRAM-SHA-256': 'org.apache.kafka.common.security.scram.ScramLoginModule',
  'SCRAM-SHA-512': 'org.apache.kafka.common.security.scram.ScramLoginModule',
}

const OAUTH_MODULE = 'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule'

/** Vendors' shaded copies of the client have other packages in front of the same names. */
const isModule = (given: string, expected: string): boolean => given === expected || given.endsWith(`.${expected}`)

/** Mechanisms that exist and are spoken by somebody else than this reader. */
const otherMechanisms: ReadonlyMap<string, string> = new Map([
  ['GSSAPI', 'Kerberos is not supported; a mechanism of your own can be given as a plugin'],
  ['AWS_MSK_IAM', 'give the plugin @posthorn/sasl-aws-msk-iam in the program'],
])

/** Reads the `sasl.*` keys; undefined when something was refused. */
export function readSasl(values: PropertyValues): SaslProperties | undefined {
  const mechanism = values.text('sasl.mechanism') ?? 'GSSAPI'
  const known = mechanism === 'OAUTHBEARER' || mechanism in passwordModules
  if (!known) {
    const why = otherMechanisms.get(mechanism) ?? 'expected PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER'
    const what = values.has('sasl.mechanism') ? `${mechanism}: ${why}` : `missing, which means GSSAPI: ${why}`
    values.string('sasl.jaas.config')
    values.refuse('sasl.mechanism', what)
    return undefined
  }
  const jaas = values.text('sasl.jaas.config')
  const entry = jaas === undefined ? undefined : values.attempt(() => parseJaas(jaas))
  if (mechanism === 'OAUTHBEARER') {
    if (entry !== undefined && !isModule(entry.module, OAUTH_MODULE)) {
      refuseModule(values, entry, OAUTH_MODULE)
      return undefined
    }
    if (jaas !== undefined && entry === undefined) return undefined
    return readOauthBearer(values, entry?.options ?? new Map())
  }
  if (jaas === undefined) {
    values.refuse('sasl.jaas.config', `missing: with sasl.mechanism=${mechanism} it has user and password`)
    return undefined
  }
  return entry === undefined ? undefined : readLogin(values, entry, mechanism as PasswordProperties['mechanism'])
}

function readLogin(
  values: PropertyValues,
  entry: JaasEntry,
  mechanism: PasswordProperties['mechanism'],
): PasswordProperties | undefined {
  const module = passwordModules[mechanism]
  if (!isModule(entry.module, module)) {
    refuseModule(values, entry, module)
    return undefined
  }
  if (values.text('sasl.login.callback.handler.class') !== undefined) {
    values.refuse('sasl.login.callback.handler.class', `a Java class; give sasl in the program instead`)
  }
  const username = entry.options.get('username')
  const password = entry.options.get('password')
  for (const name of ['username', 'password']) {
    if ((entry.options.get(name) ?? '') === '') values.refuse('sasl.jaas.config', `${name} is missing in it`)
  }
  const known = mechanism === 'PLAIN' ? ['username', 'password'] : ['username', 'password', 'tokenauth']
  warnOptions(values, entry.options, (name) => known.includes(name))
  if (username === undefined || password === undefined) return undefined
  const delegationToken = mechanism !== 'PLAIN' && entry.options.get('tokenauth')?.toLowerCase() === 'true'
  return { mechanism, username, password: () => password, delegationToken }
}

function refuseModule(values: PropertyValues, { module }: JaasEntry, expected: string): void {
  const mechanism = values.text('sasl.mechanism') ?? ''
  const received = /^[\w$]+(\.[\w$]+)+$/.test(module) ? module : 'something that is no class name'
  values.refuse('sasl.jaas.config', `expected ${expected} with sasl.mechanism=${mechanism}, received ${received}`)
}
