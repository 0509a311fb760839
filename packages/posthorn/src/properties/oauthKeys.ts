import { fileURLToPath } from 'node:url'
import { ConfigError } from '@posthorn/contracts'
import type {
  ClientCredentialsProperties,
  SaslProperties,
  TokenSettings,
  UnsecuredTokenProperties,
} from './saslProperties.ts'
import type { PropertyValues } from './values.ts'
import { warnOptions } from './warnOptions.ts'

const KAFKA = 'org.apache.kafka.common.security.oauthbearer'

/** Kafka's handler that asks a token endpoint; it moved when Kafka 4 came. */
const endpointHandlers = [
  `${KAFKA}.OAuthBearerLoginCallbackHandler`,
  `${KAFKA}.secured.OAuthBearerLoginCallbackHandler`,
]
const unsecuredHandler = `${KAFKA}.internals.unsecured.OAuthBearerUnsecuredLoginCallbackHandler`
const retrievers = ['DefaultJwtRetriever', 'ClientCredentialsJwtRetriever', 'FileJwtRetriever']

const DEFAULT_LIFETIME_SECONDS = 3600

/** Reads where tokens come from: the options of the login module, and the keys beside it. */
export function readOauthBearer(
  values: PropertyValues,
  options: ReadonlyMap<string, string>,
): SaslProperties | undefined {
  const handler = values.text('sasl.login.callback.handler.class')
  if (handler === undefined || handler === unsecuredHandler) return unsecured(values, options)
  if (!endpointHandlers.includes(handler)) {
    values.refuse('sasl.login.callback.handler.class', `${handler} is a Java class; give sasl in the program instead`)
    return undefined
  }
  const retriever = values.text('sasl.oauthbearer.jwt.retriever.class')
  if (retriever !== undefined && !retrievers.some((name) => retriever === `${KAFKA}.${name}`)) {
    values.refuse('sasl.oauthbearer.jwt.retriever.class', `${retriever} is not supported; give sasl in the program`)
  }
  const url = values.text('sasl.oauthbearer.token.endpoint.url')
  if (url === undefined) {
    values.refuse('sasl.oauthbearer.token.endpoint.url', 'missing: tokens come from there')
    return undefined
  }
  const extensions = extensionsOf(options, 'extension_')
  const file = url.startsWith('file:') ? values.attempt(() => pathOf(url)) : undefined
  if (url.startsWith('file:')) {
    return file === undefined ? undefined : { mechanism: 'OAUTHBEARER', source: 'file', file, extensions }
  }
  if (!URL.canParse(url) || !/^https?:/i.test(url)) {
    values.refuse('sasl.oauthbearer.token.endpoint.url', `expected an http, https or file URL`)
    return undefined
  }
  return clientCredentials(values, options, url, extensions)
}

function clientCredentials(
  values: PropertyValues,
  options: ReadonlyMap<string, string>,
  tokenEndpointUrl: string,
  extensions: Readonly<Record<string, string>>,
): ClientCredentialsProperties | undefined {
  const prefix = 'sasl.oauthbearer.client.credentials.client'
  const clientId = values.text(`${prefix}.id`) ?? options.get('clientId')
  const secret = values.text(`${prefix}.secret`) ?? options.get('clientSecret')
  const scope = values.text('sasl.oauthbearer.scope') ?? options.get('scope')
  const known = ['clientId', 'clientSecret', 'scope']
  warnOptions(values, options, (name) => known.includes(name) || name.startsWith('extension_'))
  const settings = tokenSettings(values)
  if (clientId === undefined) values.refuse(`${prefix}.id`, 'missing, and there is no clientId in sasl.jaas.config')
  if (secret === undefined) {
    values.refuse(`${prefix}.secret`, 'missing, and there is no clientSecret in sasl.jaas.config')
  }
  if (clientId === undefined || secret === undefined) return undefined
  return {
    mechanism: 'OAUTHBEARER',
    source: 'client-credentials',
    tokenEndpointUrl,
    clientId,
    clientSecret: () => secret,
    ...(scope !== undefined && { scope }),
    extensions,
    settings,
  }
}

/** Settings of tokens that are read, so that a program may use them, and that `clientCredentials` has no option for. */
const withoutCounterpart = [
  'sasl.login.refresh.window.factor',
  'sasl.login.refresh.window.jitter',
  'sasl.login.refresh.min.period.seconds',
  'sasl.login.refresh.buffer.seconds',
  'sasl.oauthbearer.header.urlencode',
  'sasl.oauthbearer.scope.claim.name',
  'sasl.oauthbearer.sub.claim.name',
]

function tokenSettings(values: PropertyValues): TokenSettings {
  for (const key of withoutCounterpart) {
    if (values.has(key)) values.warn(key, 'has no counterpart here, and no effect')
  }
  const settings: { [Key in keyof TokenSettings]: TokenSettings[Key] | undefined } = {
    connectTimeoutMs: values.integer('sasl.login.connect.timeout.ms'),
    readTimeoutMs: values.integer('sasl.login.read.timeout.ms'),
    retryBackoffMs: values.integer('sasl.login.retry.backoff.ms'),
    retryBackoffMaxMs: values.integer('sasl.login.retry.backoff.max.ms'),
    refreshWindowFactor: values.decimal('sasl.login.refresh.window.factor'),
    refreshWindowJitter: values.decimal('sasl.login.refresh.window.jitter'),
    refreshMinPeriodSeconds: values.integer('sasl.login.refresh.min.period.seconds'),
    refreshBufferSeconds: values.integer('sasl.login.refresh.buffer.seconds'),
    headerUrlEncode: values.boolean('sasl.oauthbearer.header.urlencode'),
    scopeClaimName: values.text('sasl.oauthbearer.scope.claim.name'),
    subClaimName: values.text('sasl.oauthbearer.sub.claim.name'),
  }
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
}

/**
 * The development tokens of Kafka's default handler: claims by name and type, as options of the login module. A list
 * begins with the character that its entries are separated by.
 */
function unsecured(values: PropertyValues, options: ReadonlyMap<string, string>): UnsecuredTokenProperties | undefined {
  const claims = new Map<string, string | number | readonly string[]>()
  const string = 'unsecuredLoginStringClaim_'
  const number = 'unsecuredLoginNumberClaim_'
  const list = 'unsecuredLoginListClaim_'
  const settings = ['unsecuredLoginPrincipalClaimName', 'unsecuredLoginLifetimeSeconds', 'unsecuredLoginScopeClaimName']
  for (const [name, value] of options) {
    if (name.startsWith(string)) claims.set(name.slice(string.length), value)
    else if (name.startsWith(number)) claims.set(name.slice(number.length), numberOf(values, name, value))
    else if (name.startsWith(list))
      claims.set(name.slice(list.length), value === '' ? [] : value.slice(1).split(value[0] ?? ''))
  }
  warnOptions(values, options, (name) => settings.includes(name) || /^unsecuredLogin(\w+Claim|Extension)_/.test(name))
  const principal = options.get('unsecuredLoginPrincipalClaimName') ?? 'sub'
  if (!claims.has(principal)) {
    const missing = `unsecuredLoginStringClaim_${principal} is missing in it`
    const hint = 'for tokens of a token endpoint, sasl.login.callback.handler.class has to name the handler for it'
    values.refuse('sasl.jaas.config', `${missing}; ${hint}`)
    return undefined
  }
  const lifetime = options.get('unsecuredLoginLifetimeSeconds')
  return {
    mechanism: 'OAUTHBEARER',
    source: 'unsecured',
    claims: Object.fromEntries(claims),
    lifetimeSeconds:
      lifetime === undefined ? DEFAULT_LIFETIME_SECONDS : numberOf(values, 'unsecuredLoginLifetimeSeconds', lifetime),
    extensions: extensionsOf(options, 'unsecuredLoginExtension_'),
  }
}

function numberOf(values: PropertyValues, name: string, text: string): number {
  const number = text.trim() === '' ? Number.NaN : Number(text)
  if (!Number.isFinite(number)) values.refuse('sasl.jaas.config', `expected a number for the option ${name}`)
  return number
}

function extensionsOf(options: ReadonlyMap<string, string>, prefix: string): Readonly<Record<string, string>> {
  const found = [...options].filter(([name]) => name.startsWith(prefix))
  return Object.fromEntries(found.map(([name, value]) => [name.slice(prefix.length), value]))
}

function pathOf(url: string): string {
  try {
    return fileURLToPath(url)
  } catch (cause) {
    throw new ConfigError('sasl.oauthbearer.token.endpoint.url: expected the URL of a file on this machine', { cause })
  }
}
