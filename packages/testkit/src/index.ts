/**
 * A Kafka cluster inside the process, with faults and a virtual clock. For tests, demonstrations and local
 * development; production is Apache Kafka.
 *
 * @packageDocumentation
 */
export { VirtualClock, type RunOptions, type VirtualClockOptions } from './clock/virtualClock.ts'
export {
  Cluster,
  createCluster,
  type PartitionInfo,
  type RecordsOptions,
  type StopOptions,
  type TransactionInfo,
} from './cluster/cluster.ts'
export type { CoordinatorKind } from './cluster/coordinators.ts'
export type { ClusterOptions, TopicOptions, VersionLimits } from './cluster/options.ts'
export type { StoredBatch, StoredRecord } from './cluster/storedBatch.ts'
export type { FaultAction, FaultHandler, SeizedRequest } from './faults/faultAction.ts'
export type { Interception, InterceptOptions } from './faults/interceptions.ts'
export { seededRandom } from './random.ts'
export type { Acl, AclOperation, AclResource } from './security/acls.ts'
export type { TokenVerdict, VerifyToken } from './security/mechanisms/oauthBearer.ts'
export type { SaslOptions } from './security/saslOptions.ts'
export type { SaslName } from './security/saslServer.ts'
export type { ServerAnswer, ServerExchange, ServerMechanism, Users } from './security/serverMechanism.ts'
export { SaslRefusal } from './security/serverMechanism.ts'
export type { TelemetryPush, TelemetrySubscription } from './telemetry/telemetry.ts'
export type { CommittedOffset } from './transactions/groupOffsets.ts'
export type { OpenTransaction } from './transactions/partitionTransactions.ts'
export type { TransactionState } from './transactions/transaction.ts'
export type { MemoryTransportOptions } from './transport/memoryTransport.ts'
export type { ServerTls } from './transport/sockets.ts'
export type { ListenOptions } from './transport/tcpListener.ts'
