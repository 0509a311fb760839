import { distance } from 'fastest-levenshtein'
import type { PropertyValues } from './values.ts'

/** Keys of the Java producer that have no counterpart here, and do not matter to what is stored or who is trusted. */
export const withoutEffect: ReadonlyMap<string, string> = new Map([
  ['auto.include.jmx.reporter', 'there is no JMX; see producer.metrics()'],
  ['buffer.memory.allocation.strategy', 'memory is taken as it is needed'],
  ['enable.metrics.push', 'metrics are pushed by the plugin @posthorn/client-telemetry alone'],
  ['metadata.cluster.check.enable', 'the cluster id is not checked yet'],
  ['metric.reporters', 'a Java class; see hooks and producer.metrics()'],
  ['metrics.recording.level', 'all metrics are kept'],
  ['receive.buffer.bytes', 'Node leaves the size of socket buffers to the system'],
  ['sasl.oauthbearer.clock.skew.seconds', 'tokens are checked by the broker'],
  ['sasl.oauthbearer.expected.audience', 'tokens are checked by the broker'],
  ['sasl.oauthbearer.expected.issuer', 'tokens are checked by the broker'],
  ['sasl.oauthbearer.jwt.validator.class', 'tokens are checked by the broker'],
  ['send.buffer.bytes', 'Node leaves the size of socket buffers to the system'],
  ['ssl.keymanager.algorithm', 'a detail of the JVM'],
  ['ssl.provider', 'a detail of the JVM'],
  ['ssl.secure.random.implementation', 'a detail of the JVM'],
  ['ssl.trustmanager.algorithm', 'a detail of the JVM'],
])

/** Keys of the Java producer that cannot be left out without changing what happens. */
export const refused: ReadonlyMap<string, string> = new Map([
  ['config.providers', 'config providers are not supported: put the values in, or make them in the program'],
  ['sasl.client.callback.handler.class', 'a Java class; give sasl in the program instead'],
  ['sasl.login.class', 'a Java class; give sasl in the program instead'],
  ['security.providers', 'a Java class; what it changes about TLS or SASL would be missing'],
  ['ssl.engine.factory.class', 'a Java class; give a transport in the program instead'],
])

const consumerKeys: ReadonlySet<string> = new Set(
  `allow.auto.create.topics auto.commit.interval.ms auto.offset.reset check.crcs default.api.timeout.ms
  enable.auto.commit exclude.internal.topics fetch.max.bytes fetch.max.wait.ms fetch.min.bytes group.id
  group.instance.id group.protocol group.remote.assignor heartbeat.interval.ms isolation.level key.deserializer
  max.partition.fetch.bytes max.poll.interval.ms max.poll.records partition.assignment.strategy session.timeout.ms
  value.deserializer share.acknowledgement.mode share.acquire.mode`.split(/\s+/),
)

const otherOwners: readonly (readonly [prefixes: readonly string[], owner: string])[] = [
  [['schema.registry.', 'basic.auth.', 'bearer.auth.', 'auto.register.', 'use.latest.'], 'a schema registry'],
  [['application.', 'default.key.serde', 'default.value.serde', 'num.stream.', 'processing.'], 'Kafka Streams'],
  [['bootstrap.controllers'], 'an admin client'],
  [['consumer.', 'admin.', 'producer.', 'restore.consumer.'], 'a program that has several clients, by its prefix'],
]

/** What librdkafka calls things; to the Java client these are unknown and silently without effect. */
const librdkafka: ReadonlyMap<string, string> = new Map([
  ['compression.codec', 'compression.type'],
  ['compression.level', 'compression.<type>.level'],
  ['enable.ssl.certificate.verification', 'ssl.endpoint.identification.algorithm'],
  ['message.max.bytes', 'max.request.size'],
  ['message.timeout.ms', 'delivery.timeout.ms'],
  ['metadata.broker.list', 'bootstrap.servers'],
  ['queue.buffering.max.kbytes', 'buffer.memory'],
  ['queue.buffering.max.ms', 'linger.ms'],
  ['request.required.acks', 'acks'],
  ['sasl.mechanisms', 'sasl.mechanism'],
  ['sasl.oauthbearer.client.id', 'sasl.oauthbearer.client.credentials.client.id'],
  ['sasl.oauthbearer.client.secret', 'sasl.oauthbearer.client.credentials.client.secret'],
  ['sasl.password', 'sasl.jaas.config'],
  ['sasl.username', 'sasl.jaas.config'],
  ['ssl.ca.location', 'ssl.truststore.location'],
  ['ssl.ca.pem', 'ssl.truststore.certificates'],
  ['ssl.certificate.location', 'ssl.keystore.location'],
  ['ssl.certificate.pem', 'ssl.keystore.certificate.chain'],
  ['ssl.key.location', 'ssl.keystore.location'],
  ['ssl.key.pem', 'ssl.keystore.key'],
])

/** More differences than a slip of the finger makes. */
const MAX_SLIPS = 2

/**
 * Names every key that nobody has asked for. What belongs to others is a warning, because files are shared. What looks
 * like a slip, or like something about security, is refused: the connection, or what is stored, would not be as meant.
 */
export function nameTheRest(values: PropertyValues, known: readonly string[]): void {
  for (const key of values.rest) {
    const owner = consumerKeys.has(key) ? 'a consumer' : otherOwners.find(([prefixes]) => isOf(key, prefixes))?.[1]
    const why = withoutEffect.get(key)
    if (why !== undefined) values.warn(key, `has no effect: ${why}`)
    else if (refused.has(key)) values.refuse(key, refused.get(key) ?? '')
    else if (owner !== undefined) values.warn(key, `has no effect: it is a setting of ${owner}`)
    else if (/^sasl\.oauthbearer\.jwks\.|^sasl\.oauthbearer\.allow\.unverified\./.test(key)) {
      values.warn(key, 'has no effect: tokens are checked by the broker')
    } else if (/^sasl\.oauthbearer\.assertion\./.test(key)) {
      values.refuse(key, 'signed assertions are not supported; client credentials are')
    } else nameUnknown(values, key, known)
  }
}

function nameUnknown(values: PropertyValues, key: string, known: readonly string[]): void {
  const java = librdkafka.get(key)
  const near = known.find((one) => distance(one, key) <= MAX_SLIPS)
  if (java !== undefined) values.refuse(key, `this is what librdkafka calls it; a Java client reads ${java}`)
  else if (near !== undefined) values.refuse(key, `no client knows it; did you mean ${near}?`)
  else if (/^(ssl|sasl|security)\./.test(key)) values.refuse(key, 'no producer knows it')
  else values.warn(key, 'has no effect: no producer knows it')
}

function isOf(key: string, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => key.startsWith(prefix))
}
