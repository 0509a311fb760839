import type { Plugin, Transport } from '@posthorn/contracts'
import { ServedApis } from '../apis/servedApis.ts'
import type { FaultAction, FaultHandler, SeizedRequest } from '../faults/faultAction.ts'
import type { Interception, InterceptOptions } from '../faults/interceptions.ts'
import { memoryTransport, type MemoryTransportOptions } from '../transport/memoryTransport.ts'
import type { ServerTls } from '../transport/sockets.ts'
import { TcpListener, type ListenOptions } from '../transport/tcpListener.ts'
import type { Acl } from '../security/acls.ts'
import type { TelemetryPush, TelemetrySubscription } from '../telemetry/telemetry.ts'
import type { CommittedOffset } from '../transactions/groupOffsets.ts'
import type { OpenTransaction } from '../transactions/partitionTransactions.ts'
import type { TransactionState } from '../transactions/transaction.ts'
import { ClusterState } from './clusterState.ts'
import type { CoordinatorKind } from './coordinators.ts'
import { type ClusterOptions, clusterSettings, type TopicOptions } from './options.ts'
import type { StoredBatch, StoredRecord } from './storedBatch.ts'
import { storedRecords } from './storedRecords.ts'
import type { Partition } from './topic.ts'

/** What becomes of a broker that stops, and of what it led. */
export interface StopOptions {
  /** `move` (default): other replicas take over. `stay`: its partitions have no leader until it is back. */
  readonly leaders?: 'move' | 'stay' | undefined
  /**
   * The end of the machine rather than of the process: connections are not closed and new ones never open. In memory
   * only; over TCP the system closes them.
   */
  readonly silent?: boolean | undefined
}

/** A partition as the cluster knows it. */
export interface PartitionInfo {
  /** Id of the leading broker, -1 for none. */
  readonly leader: number
  /** Grows with each election. */
  readonly leaderEpoch: number
  /** Ids of the brokers that hold it. */
  readonly replicas: readonly number[]
  /** Ids of those that are up. */
  readonly inSync: readonly number[]
  /** First offset that is still there. */
  readonly startOffset: bigint
  /** Offset that the next record gets. */
  readonly endOffset: bigint
  /** Where readers of committed records stop: at the first record of the oldest open transaction, or at the end. */
  readonly lastStableOffset: bigint
  /** Transactions that have begun here and have no marker yet, oldest first. */
  readonly openTransactions: readonly OpenTransaction[]
}

/** What the coordinator knows of a transactional id. */
export interface TransactionInfo {
  /** Its producer id, -1n before the first InitProducerId has ended. */
  readonly producerId: bigint
  /** The epoch that its producer has, or gets. */
  readonly producerEpoch: number
  /** `Ongoing`, or `Prepare…` while markers are being written, or how the last transaction ended. */
  readonly state: TransactionState
  /** Partitions in the transaction, `topic-0`, that have no marker yet. */
  readonly partitions: readonly string[]
  /** Groups whose offsets belong to it. */
  readonly groups: readonly string[]
}

/** Which records {@link Cluster.records} gives. */
export interface RecordsOptions {
  /** `read_committed` leaves out what was aborted and all that follows the last stable offset. Default `read_uncommitted`. */
  readonly isolation?: 'read_committed' | 'read_uncommitted' | undefined
}

/** A Kafka cluster in this process: for tests, demonstrations and local development, never for production. */
export class Cluster implements AsyncDisposable {
  readonly #state: ClusterState
  #tcp: TcpListener | undefined

  constructor(options: ClusterOptions = {}) {
    const settings = clusterSettings(options)
    this.#state = new ClusterState(settings, new ServedApis(settings.apiVersions))
  }

  /** Where a producer may start: addresses in memory, or, while the cluster listens, on this machine. */
  get bootstrapServers(): string[] {
    const listener = this.#tcp === undefined ? 'memory' : 'tcp'
    return this.#state.brokers.map((broker) => {
      const { host, port } = broker.address(listener)
      return `${host}:${port}`
    })
  }

  /** The cluster's id. */
  get clusterId(): string {
    return this.#state.clusterId
  }

  /** Names of all topics. */
  get topics(): string[] {
    return this.#state.topics.map((topic) => topic.name)
  }

  /** The latest requests that arrived, oldest first. */
  get history(): readonly SeizedRequest[] {
    return this.#state.history.requests
  }

  /** Forgets the history so far. */
  clearHistory(): void {
    this.#state.history.clear()
  }

  /** Metrics that clients have pushed (KIP-714), oldest first; `historyLimit` of them. */
  get telemetry(): readonly TelemetryPush[] {
    return this.#state.telemetry?.pushes ?? []
  }

  /** Sets another telemetry subscription. Throws for a cluster that was made without the option `telemetry`. */
  subscribeTelemetry(subscription: TelemetrySubscription): void {
    if (this.#state.telemetry === null) throw new Error('the cluster was made without the option telemetry')
    this.#state.telemetry.subscribe(subscription)
  }

  /** A transport that reaches this cluster's brokers in memory. */
  transport(options?: MemoryTransportOptions): Plugin<Transport> {
    return memoryTransport(this.#state, options)
  }

  /**
   * Opens a port on 127.0.0.1 for every broker, plain or with TLS, so that any Kafka client can reach it. To be undone by
   * `close`.
   */
  async listen(options?: ListenOptions): Promise<void> {
    if (this.#tcp !== undefined) throw new Error('the cluster listens already')
    this.#tcp = new TcpListener(this.#state)
    try {
      await this.#tcp.open(options)
    } catch (error) {
      await this.close()
      throw error
    }
  }

  /**
   * Has brokers that listen with TLS show another certificate, or ask for others, as a keystore that is replaced does. It
   * counts for new connections.
   */
  renewTls(tls: ServerTls): void {
    if (this.#tcp === undefined) throw new Error('the cluster does not listen')
    this.#tcp.renew(tls)
  }

  /** Closes ports and connections. What is stored can still be read. */
  async close(): Promise<void> {
    const tcp = this.#tcp
    this.#tcp = undefined
    for (const broker of this.#state.brokers) broker.stop(false)
    await tcp?.close()
  }

  /** The same as `close`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** Creates a topic. */
  createTopic(name: string, options?: number | TopicOptions): void {
    this.#state.createTopic(name, typeof options === 'number' ? { partitions: options } : options)
  }

  /** Gives a topic so many partitions in all, more than it has. Throws a `RangeError` otherwise, as Kafka refuses it. */
  addPartitions(name: string, count: number): void {
    this.#state.addPartitions(name, count)
  }

  /** Deletes a topic and all that it holds. Created anew, it has another id. */
  deleteTopic(name: string): boolean {
    return this.#state.deleteTopic(name)
  }

  /** The id of a topic, 22 characters. */
  topicId(name: string): string | undefined {
    return this.#state.topic(name)?.id
  }

  /** Who leads a partition and how far it goes. */
  partition(topic: string, partition: number): PartitionInfo {
    const found = this.#state.partition(topic, partition)
    const { leader, leaderEpoch, replicas, log, lastStableOffset, transactions } = found
    const { startOffset, endOffset } = log
    const inSync = this.#state.inSync(found)
    const openTransactions = transactions.open
    return { leader, leaderEpoch, replicas, inSync, startOffset, endOffset, lastStableOffset, openTransactions }
  }

  /** What the coordinator knows of a transactional id; nothing before its first InitProducerId. */
  transaction(transactionalId: string): TransactionInfo | undefined {
    const found = this.#state.transactions.find(transactionalId)
    if (found === undefined) return undefined
    const { producerId, producerEpoch, state, partitions, groups } = found
    return { producerId, producerEpoch, state, partitions: [...partitions.keys()], groups: [...groups] }
  }

  /** The offsets that a group has committed; those of open and aborted transactions are not among them. */
  committedOffsets(groupId: string): CommittedOffset[] {
    return this.#state.groupOffsets.committed(groupId)
  }

  /** Id of the broker that coordinates a transactional id or a group, -1 while none does. */
  coordinator(key: string, kind: CoordinatorKind = 'transaction'): number {
    return this.#state.coordinators.brokerOf(kind, key)
  }

  /**
   * Makes another broker the coordinator, or none with -1. As with Kafka, all keys that share a slot of 50 by their hash
   * move together, and the new coordinator loads for a while (`coordinatorLoadMs`).
   */
  moveCoordinator(key: string, to: number, kind: CoordinatorKind = 'transaction'): void {
    if (to !== -1) this.#state.broker(to)
    this.#state.coordinators.move(kind, key, to)
    this.#state.resumeTransactions()
  }

  /** The batches of a partition as they are stored, oldest first; markers of transactions are among them. */
  log(topic: string, partition: number): readonly StoredBatch[] {
    return [...this.#state.partition(topic, partition).log.batches]
  }

  /** The records of a partition in the order of their offsets, or those of the whole topic, partition by partition. */
  records(topic: string, partition?: number, { isolation }: RecordsOptions = {}): StoredRecord[] {
    const partitions = partition === undefined ? this.#partitions(topic) : [this.#state.partition(topic, partition)]
    const { codecs } = this.#state.settings
    return partitions.flatMap((it) => {
      const { batches } = it.log
      const given = isolation === 'read_committed' ? batches.filter((batch) => it.isCommitted(batch)) : batches
      return given.flatMap((batch) => storedRecords(batch, it, codecs))
    })
  }

  /** Deletes the batches that end before `offset`, as retention does. */
  deleteRecords(topic: string, partition: number, offset: bigint): void {
    this.#state.partition(topic, partition).deleteBefore(offset)
  }

  /** Makes a partition forget a producer, or all, as `producer.id.expiration.ms` does. */
  forgetProducer(topic: string, partition: number, producerId?: bigint): void {
    this.#state.partition(topic, partition).producers.forget(producerId)
  }

  /**
   * Elects another leader, in a new epoch; -1 for none. With `loseBatches` the new one has not seen the last so many
   * batches: unclean, as when acks=1 or the minimum of in-sync replicas was too small.
   */
  moveLeader(topic: string, partition: number, to: number, options: { readonly loseBatches?: number } = {}): void {
    const found = this.#state.partition(topic, partition)
    if (to !== -1) this.#state.broker(to)
    found.elect(to)
    if (options.loseBatches !== undefined) found.dropLast(options.loseBatches)
    this.#state.resumeTransactions()
  }

  /** Kills a broker: connections are cut, connects refused, requests that it was at are lost. */
  stopBroker(id: number, options: StopOptions = {}): void {
    const broker = this.#state.broker(id)
    broker.stop(options.silent ?? false)
    this.#tcp?.stop(broker)
    this.#state.abdicate(id, options.leaders !== 'stay')
  }

  /** Starts a broker again, at its old address; it leads what has no leader. Over TCP await the promise. */
  async startBroker(id: number): Promise<void> {
    const broker = this.#state.broker(id)
    broker.start()
    this.#state.adopt(id)
    await this.#tcp?.start(broker)
  }

  /** Makes a broker hang: it still takes connections and bytes, and answers nothing. */
  pauseBroker(id: number): void {
    this.#state.broker(id).pause()
  }

  /** Lets a broker go on with all that it was sent meanwhile. */
  resumeBroker(id: number): void {
    this.#state.broker(id).resume()
    this.#state.resumeTransactions()
  }

  /** Cuts the connections of one broker, or of all; new ones are taken. */
  cutConnections(id?: number): void {
    const brokers = id === undefined ? this.#state.brokers : [this.#state.broker(id)]
    for (const broker of brokers) for (const connection of [...broker.connections]) connection.cut()
  }

  /** Gives a user of PLAIN and SCRAM another password, or takes the user away with `null`. Open sessions go on. */
  setPassword(user: string, password: string | null): void {
    const { sasl } = this.#state.settings
    if (sasl === null) throw new Error('the cluster was made without `sasl`')
    if (password === null) sasl.users.delete(user)
    else sasl.users.set(user, password)
  }

  /** Replaces the permissions; with `null` everybody may do everything. */
  setAcls(acls: readonly Acl[] | null): void {
    this.#state.authorizer.acls = acls
  }

  /** Has every answer ask for `ms` of silence, and does not read a connection for so long; 0 ends it. */
  throttle(ms: number): void {
    this.#state.throttleMs = ms
  }

  /**
   * Seizes requests of an API, by name or key, or of all (`*`): gives them to a handler, which decides what becomes of
   * them, or does the same to all of them. Handlers are asked in the order in which they were added; the first that
   * acts decides.
   */
  intercept(api: string | number, handler: FaultHandler | FaultAction, options: InterceptOptions = {}): Interception {
    return this.#state.interceptions.add(api, handler, options)
  }

  /** Takes out every handler that `intercept` put in. */
  clearInterceptions(): void {
    this.#state.interceptions.clear()
  }

  #partitions(topic: string): readonly Partition[] {
    const found = this.#state.topic(topic)
    if (found === undefined) throw new RangeError(`there is no topic ${topic}`)
    return found.partitions
  }
}

/** Makes a cluster and starts it. */
export function createCluster(options?: ClusterOptions): Cluster {
  return new Cluster(options)
}
