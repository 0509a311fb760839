import type { ClientProperties, PropertiesOptions } from './clientProperties.ts'
import { nameTheRest } from './foreignKeys.ts'
import { knownKeys } from './knownKeys.ts'
import { readBootstrapServers, readOptions } from './optionKeys.ts'
import { checkInterceptors, checkSerializers, readCompression, readPartitioner } from './pluginKeys.ts'
import { parsePropertiesText } from './propertiesText.ts'
import { readSasl, saslKeys } from './saslKeys.ts'
import { readTls, tlsKeys } from './tlsKeys.ts'
import { PropertyValues } from './values.ts'

const protocols = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'] as const

/**
 * Reads a Java client's properties file: its syntax as `java.util.Properties` does (bytes are ISO-8859-1), its values as
 * Kafka's `ConfigDef` does. The result is a description; nothing is opened or connected. Throws one `ConfigError` that
 * names every key that cannot be as it is: a value of the wrong kind, a Java class, a slip of the finger, whatever would
 * change what is stored or who is trusted if it were left out. Keys without effect here, such as those of consumers, are
 * named in `warnings`. No error or warning shows a secret.
 */
export function readProperties(source: string | Uint8Array, options: PropertiesOptions = {}): ClientProperties {
  const values = new PropertyValues(parsePropertiesText(source), new Set(options.except))
  const bootstrapServers = readBootstrapServers(values)
  const plain = readOptions(values)
  const compression = readCompression(values)
  const partitioner = readPartitioner(values)
  checkSerializers(values)
  checkInterceptors(values)
  const clientDnsLookup = readClientDnsLookup(values)
  checkTwoPhaseCommit(values)
  const protocol = readProtocol(values)
  const tls = protocol.endsWith('SSL') ? readTls(values, options.allowUnverifiedHostName === true) : undefined
  const sasl = protocol.startsWith('SASL') ? readSasl(values) : undefined
  if (tls === undefined) without(values, tlsKeys, protocol)
  if (!protocol.startsWith('SASL')) without(values, saslKeys, protocol)
  else if (sasl !== undefined) without(values, saslKeys, protocol, sasl.mechanism)
  // What was refused is named already; the keys around it are no slips of the finger.
  else for (const [key] of saslKeys) values.string(key)
  nameTheRest(values, knownKeys)
  values.check()
  return {
    ...(bootstrapServers !== undefined && { bootstrapServers }),
    options: plain,
    ...(compression !== undefined && { compression }),
    ...(partitioner !== undefined && { partitioner }),
    ...(clientDnsLookup !== undefined && { clientDnsLookup }),
    ...(tls !== undefined && { tls }),
    ...(sasl !== undefined && { sasl }),
    warnings: values.warnings,
  }
}

function readProtocol(values: PropertyValues): (typeof protocols)[number] {
  const given = values.string('security.protocol')
  const protocol = given === undefined ? 'PLAINTEXT' : protocols.find((one) => one === given.toUpperCase())
  if (protocol !== undefined) return protocol
  values.refuse('security.protocol', `expected ${protocols.join(', ')}, received ${JSON.stringify(given)}`)
  return 'PLAINTEXT'
}

function readClientDnsLookup(values: PropertyValues): ClientProperties['clientDnsLookup'] {
  const key = 'client.dns.lookup'
  // The default before Kafka 2.6 is what everyone does now.
  if (values.string(key) === 'default') return 'use_all_dns_ips'
  return values.word(key, ['use_all_dns_ips', 'resolve_canonical_bootstrap_servers_only'])
}

function checkTwoPhaseCommit(values: PropertyValues): void {
  const key = 'transaction.two.phase.commit.enable'
  if (values.boolean(key) === true) values.refuse(key, 'two-phase commit is not supported')
}

/** Names keys that nobody has asked for because the protocol or the mechanism has no use for them. */
function without(
  values: PropertyValues,
  keys: readonly (readonly [string, string])[],
  protocol: string,
  mechanism?: string,
): void {
  const here = mechanism === undefined ? `security.protocol=${protocol}` : `sasl.mechanism=${mechanism} as it is set up`
  const rest = new Set(values.rest)
  for (const [key] of keys) {
    if (!rest.has(key)) continue
    values.string(key)
    values.warn(key, `has no effect with ${here}`)
  }
}
