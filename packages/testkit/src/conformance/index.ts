/**
 * Proof that a plugin keeps its contract: for each kind a function that takes the plugin and gives plain cases, bound to
 * no test runner.
 *
 * @example
 * ```ts
 * for (const each of codecConformance({ create: () => gzip() })) test(each.name, each.run)
 * ```
 *
 * @packageDocumentation
 */
export type { ConformanceCase, Features } from './case.ts'
export { codecConformance } from './codec.ts'
export type { CodecSetup, ForeignCodec } from './codec.ts'
export { deliveryConformance } from './delivery.ts'
export type { DeliverySetup } from './delivery.ts'
export { hooksConformance } from './hooks.ts'
export type { HooksSetup } from './hooks.ts'
export { interceptorConformance } from './interceptor.ts'
export type { InterceptorSetup } from './interceptor.ts'
export { partitionerConformance } from './partitioner.ts'
export type { PartitionerSetup } from './partitioner.ts'
export { saslConformance } from './sasl.ts'
export type { SaslSetup } from './sasl.ts'
export { serializerConformance } from './serializer.ts'
export type { SerializerSample, SerializerSetup } from './serializer.ts'
export { saslServer } from '../security/saslServer.ts'
export type { SaslServerOptions } from '../security/saslServer.ts'
export { SaslRefusal } from '../security/serverMechanism.ts'
export type { SaslName } from '../security/saslServer.ts'
export type { TokenVerdict, VerifyToken } from '../security/mechanisms/oauthBearer.ts'
export type { ServerAnswer, ServerExchange, ServerMechanism, Users } from '../security/serverMechanism.ts'
export { transportConformance } from './transport.ts'
export type { ConformanceServer, Listen, TransportSetup } from './transport.ts'
