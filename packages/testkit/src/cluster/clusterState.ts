import type { ServedApis } from '../apis/servedApis.ts'
import { Interceptions } from '../faults/interceptions.ts'
import { Authorizer } from '../security/acls.ts'
import { GroupOffsets } from '../transactions/groupOffsets.ts'
import { Telemetry } from '../telemetry/telemetry.ts'
import { TransactionCoordinator } from '../transactions/transactionCoordinator.ts'
import { Broker } from './broker.ts'
import { Coordinators } from './coordinators.ts'
import { History } from './history.ts'
import { atLeastOne, type ClusterSettings, type TopicOptions } from './options.ts'
import { isTopicName, Partition, Topic } from './topic.ts'

/** Brokers, topics and everything else that the parts of a cluster share. */
export class ClusterState {
  readonly settings: ClusterSettings
  readonly apis: ServedApis
  readonly brokers: readonly Broker[]
  readonly interceptions: Interceptions = new Interceptions()
  readonly history: History
  readonly clusterId: string
  readonly coordinators: Coordinators
  readonly transactions: TransactionCoordinator = new TransactionCoordinator(this)
  readonly groupOffsets: GroupOffsets = new GroupOffsets()
  readonly authorizer: Authorizer
  /** `null` for a cluster without a telemetry reporter. */
  readonly telemetry: Telemetry | null
  /** What every answer asks its client to wait. */
  throttleMs = 0
  readonly #topics = new Map<string, Topic>()
  readonly #topicsById = new Map<string, Topic>()
  #producerIds = 0n
  #connections = 0

  constructor(settings: ClusterSettings, apis: ServedApis) {
    this.settings = settings
    this.apis = apis
    this.brokers = Array.from({ length: settings.brokers }, (_, id) => new Broker(id))
    this.authorizer = new Authorizer(settings.acls)
    this.history = new History(settings.historyLimit)
    this.clusterId = this.#uuid()
    this.telemetry = settings.telemetry === null ? null : new Telemetry(settings.telemetry, settings)
    this.coordinators = new Coordinators(settings.brokers, settings.clock, settings.coordinatorLoadMs)
    for (const [name, topic] of Object.entries(settings.topics)) {
      this.createTopic(name, typeof topic === 'number' ? { partitions: topic } : topic)
    }
  }

  /** All topics, in the order of their creation. */
  get topics(): readonly Topic[] {
    return [...this.#topics.values()]
  }

  /** Brokers that the others know to be there. */
  get aliveBrokers(): readonly Broker[] {
    return this.brokers.filter((broker) => broker.alive)
  }

  /** The broker with this id; throws a `RangeError` when there is none. */
  broker(id: number): Broker {
    const broker = this.brokers[id]
    if (broker === undefined) throw new RangeError(`there is no broker ${id}: ids are 0 to ${this.brokers.length - 1}`)
    return broker
  }

  /** The topic with this name. */
  topic(name: string): Topic | undefined {
    return this.#topics.get(name)
  }

  /** The topic with this id. */
  topicById(id: string): Topic | undefined {
    return this.#topicsById.get(id)
  }

  /** A partition; throws a `RangeError` when there is none. */
  partition(topic: string, partition: number): Partition {
    const found = this.#topics.get(topic)?.partitions[partition]
    if (found === undefined) throw new RangeError(`there is no partition ${topic}-${partition}`)
    return found
  }

  /** Creates a topic and elects the leaders of its partitions. */
  createTopic(name: string, options: TopicOptions = {}): Topic {
    const { settings } = this
    if (!isTopicName(name)) throw new RangeError(`'${name}' is not a topic name`)
    if (this.#topics.has(name)) throw new RangeError(`topic ${name} exists already`)
    const topic = new Topic(name, this.#uuid(), {
      maxMessageBytes: options.maxMessageBytes ?? settings.messageMaxBytes,
      messageTimestampType: options.messageTimestampType ?? 'CreateTime',
      messageTimestampAfterMaxMs: options.messageTimestampAfterMaxMs ?? 3_600_000,
      minInsyncReplicas: options.minInsyncReplicas ?? 1,
      cleanupPolicy: options.cleanupPolicy ?? 'delete',
    })
    const count = atLeastOne('partitions', options.partitions ?? settings.defaultPartitions)
    const factor = atLeastOne('replicationFactor', options.replicationFactor ?? Math.min(3, settings.brokers))
    if (factor > settings.brokers) throw new RangeError(`replicationFactor ${factor} with ${settings.brokers} brokers`)
    this.#grow(topic, count, factor)
    this.#topics.set(name, topic)
    this.#topicsById.set(topic.id, topic)
    return topic
  }

  /** Gives a topic so many partitions in all, spread like the first ones. */
  addPartitions(name: string, count: number): void {
    const topic = this.#topics.get(name)
    if (topic === undefined) throw new RangeError(`there is no topic ${name}`)
    const { length } = topic.partitions
    if (!Number.isInteger(count) || count <= length) {
      throw new RangeError(`topic ${name} has ${length} partitions; it can get more, not ${count}`)
    }
    this.#grow(topic, count, topic.partitions[0]!.replicas.length)
  }

  /** Deletes a topic with all that it holds; returns whether it was there. */
  deleteTopic(name: string): boolean {
    const topic = this.#topics.get(name)
    if (topic === undefined) return false
    this.#topics.delete(name)
    this.#topicsById.delete(topic.id)
    return true
  }

  /** Replicas of a partition that are in sync: those whose broker is there. */
  inSync(partition: Partition): readonly number[] {
    return partition.replicas.filter((id) => this.broker(id).alive)
  }

  /** Gives every partition that `broker` leads another leader, or none; what it coordinates likewise. */
  abdicate(broker: number, toOthers: boolean): void {
    const others = this.aliveBrokers.filter(({ id }) => id !== broker).map(({ id }) => id)
    this.coordinators.abdicate(broker, toOthers ? others : [])
    for (const partition of this.#partitions()) {
      if (partition.leader !== broker) continue
      partition.elect(toOthers ? (this.inSync(partition).find((id) => id !== broker) ?? -1) : -1)
    }
    this.resumeTransactions()
  }

  /** Makes `broker` the leader of the partitions that have none and can be led by it, and their coordinator likewise. */
  adopt(broker: number): void {
    this.coordinators.adopt(broker)
    for (const partition of this.#partitions()) {
      if (partition.leader === -1 && partition.replicas.includes(broker)) partition.elect(broker)
    }
    this.resumeTransactions()
  }

  /** Goes on with transactions that waited for whoever leads or coordinates now, and will do so when that is loaded. */
  resumeTransactions(): void {
    this.transactions.resume()
    if (this.transactions.size === 0) return
    this.settings.clock.schedule(this.settings.coordinatorLoadMs + 1, () => this.transactions.resume(), true)
  }

  /** A producer id that was never given before. */
  nextProducerId(): bigint {
    return this.#producerIds++
  }

  /** The number of the next connection. */
  nextConnection(): number {
    return this.#connections++
  }

  #grow(topic: Topic, count: number, factor: number): void {
    const { brokers } = this.settings
    for (let index = topic.partitions.length; index < count; index++) {
      const replicas = Array.from({ length: factor }, (_, i) => (index + i) % brokers)
      const leader = replicas.find((id) => this.broker(id).alive) ?? -1
      topic.partitions.push(new Partition(topic, index, replicas, leader))
    }
  }

  *#partitions(): Generator<Partition> {
    for (const topic of this.#topics.values()) yield* topic.partitions
  }

  #uuid(): string {
    // Kafka gives no id that begins with a dash: on a command line it would be taken for an option.
    for (;;) {
      const id = this.#randomUuid()
      if (!id.startsWith('-')) return id
    }
  }

  #randomUuid(): string {
    const bytes = Uint8Array.from({ length: 16 }, () => Math.floor(this.settings.random() * 256))
    return Buffer.from(bytes).toString('base64url')
  }
}
