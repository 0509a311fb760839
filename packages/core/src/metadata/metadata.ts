import type { MetadataEvent } from '@posthorn/contracts'
import type { MetadataPartition, MetadataResponse, MetadataTopic } from '@posthorn/protocol'
import { brokerError, errorEntry, ZERO_UUID } from '@posthorn/protocol'
import { backoffMs } from '../time/backoff.ts'
import type { PartitionInfo, TopicInfo } from './topicInfo.ts'
import { topicInfo } from './topicInfo.ts'

/** Settings that metadata goes by; see the keys of the same names. */
export interface MetadataSettings {
  readonly metadataMaxAgeMs: number
  readonly metadataMaxIdleMs: number
  readonly retryBackoffMs: number
  readonly retryBackoffMaxMs: number
  readonly clientRack: string
}

/** What metadata tells others. */
export interface MetadataListener {
  /** A topic was answered; `info` replaces what was known. */
  onTopic(info: TopicInfo): void
  /** Nobody used the topic for `metadataMaxIdleMs`; what is known of it is forgotten unless this returns false. */
  onIdle(topic: string): boolean
  onUpdate: ((event: MetadataEvent) => void) | null
}

/** First version whose leader epochs can be trusted (KIP-320, MDT-12). */
const RELIABLE_EPOCHS_FROM = 9

/**
 * So many answers in a row with an older epoch do not come from a broker that lags: the topic was created anew, which
 * brokers cannot tell before Metadata v10 has topic ids (Kafka 2.8).
 */
const OLDER_ANSWERS = 5

/** What is known of the topics in use, and when to ask again. No I/O: {@link MetadataUpdater} does the asking. */
export class Metadata {
  private readonly topics = new Map<string, TopicInfo>()
  /** Topics in use and when they were last. */
  private readonly wanted = new Map<string, number>()
  /** Topics wanted that were not asked for yet. */
  private readonly fresh = new Set<string>()
  /** Topics that the latest request asked for. */
  private asked: readonly string[] = []
  private readonly settings: MetadataSettings
  private readonly random: () => number
  private readonly listener: MetadataListener
  /** Brokers in the client's rack, by the latest answer. */
  private near: ReadonlySet<number> = new Set()
  private requested = true
  private attempts = 0
  /** Successful answers in a row that changed nothing although something was to change. */
  private unchanged = 0
  private lastAttemptMs: number = Number.NEGATIVE_INFINITY
  private lastSuccess: number = Number.NEGATIVE_INFINITY
  private backoff = 0

  constructor(settings: MetadataSettings, random: () => number, listener: MetadataListener) {
    this.settings = settings
    this.random = random
    this.listener = listener
  }

  /** What is known of a topic. */
  topic(name: string): TopicInfo | undefined {
    return this.topics.get(name)
  }

  /** The topic is used now; the first use asks for it at once, whatever the back-off (MDT-04). */
  use(name: string, now: number): void {
    if (!this.wanted.has(name)) this.fresh.add(name)
    this.wanted.set(name, now)
  }

  /** The topic is not used any more; its next use is the first again. */
  forget(name: string): void {
    this.wanted.delete(name)
    this.topics.delete(name)
  }

  /** Something known turned out to be wrong: ask again, after the back-off. */
  requestUpdate(): void {
    this.requested = true
  }

  /** When the last full answer came, ms on the producer's clock; `-Infinity` before. */
  get lastSuccessMs(): number {
    return this.lastSuccess
  }

  /** When to ask next. */
  dueAt(): number {
    if (this.fresh.size > 0) return 0
    const earliest = this.lastAttemptMs + this.backoff
    return this.requested ? earliest : Math.max(earliest, this.lastSuccess + this.settings.metadataMaxAgeMs)
  }

  /** The topics to ask for now: the new ones, or all when a full update is due. */
  begin(now: number): { readonly topics: readonly string[]; readonly full: boolean } {
    const full = this.requested || now >= this.lastSuccess + this.settings.metadataMaxAgeMs
    if (full) this.dropIdle(now)
    const topics = full ? [...this.wanted.keys()] : [...this.fresh]
    this.lastAttemptMs = now
    this.fresh.clear()
    this.requested = false
    this.asked = topics
    return { topics, full }
  }

  /** An answer came. */
  onResponse(response: MetadataResponse, version: number, full: boolean, now: number): void {
    if (response.brokers.length === 0) {
      this.onFailure(now)
      return
    }
    this.attempts = 0
    if (full) this.lastSuccess = now
    let changed = false
    this.near = this.nearOf(response)
    for (const topic of response.topics) changed = this.take(topic, version) || changed
    // Who waits for a topic that an answer left out would wait until the next one is due.
    if (this.asked.some((name) => this.isMissing(name, response))) this.requested = true
    this.unchanged = this.requested && !changed ? this.unchanged + 1 : 0
    this.backoff = this.backoffFor(this.unchanged)
    this.listener.onUpdate?.({
      clusterId: response.clusterId,
      brokers: response.brokers.length,
      topics: response.topics.map((topic) => topic.name ?? ''),
    })
  }

  /** The request failed: ask again, later each time (MDT-06, MDT-07). */
  onFailure(now: number): void {
    this.requested = true
    this.lastAttemptMs = now
    this.backoff = this.backoffFor(this.attempts++)
  }

  /** A broker named a partition's new leader in another answer (KIP-951). Ignored unless its epoch is newer. */
  onLeaderHint(name: string, partition: number, leader: PartitionInfo): void {
    const known = this.topics.get(name)
    const before = known?.partitions[partition]
    if (known === undefined || before === undefined || leader.leaderEpoch <= before.leaderEpoch) return
    this.replace(topicInfo(name, known.topicId, known.partitions.with(partition, leader), known.error, this.isNear))
  }

  private readonly isNear = (nodeId: number): boolean => this.near.has(nodeId)

  private nearOf({ brokers }: MetadataResponse): ReadonlySet<number> {
    const { clientRack } = this.settings
    if (clientRack === '') return this.near
    return new Set(brokers.filter(({ rack }) => rack === clientRack).map(({ nodeId }) => nodeId))
  }

  private backoffFor(failures: number): number {
    return backoffMs(this.settings.retryBackoffMs, this.settings.retryBackoffMaxMs, failures, this.random)
  }

  private isMissing(name: string, { topics }: MetadataResponse): boolean {
    return this.wanted.has(name) && !topics.some((topic) => topic.name === name)
  }

  private dropIdle(now: number): void {
    for (const [name, lastUsedMs] of this.wanted) {
      if (now - lastUsedMs < this.settings.metadataMaxIdleMs || !this.listener.onIdle(name)) continue
      this.forget(name)
    }
  }

  /** Takes in one topic; returns whether anything about it is new. */
  private take(topic: MetadataTopic, version: number): boolean {
    if (topic.name === null || !this.wanted.has(topic.name)) return false
    const known = this.topics.get(topic.name)
    if (topic.errorCode !== 0) {
      if (errorEntry(topic.errorCode).retriable) this.requested = true
      // What was known stays good for what is already queued; only the error is new.
      const error = brokerError(topic.errorCode, { topic: topic.name })
      this.replace(topicInfo(topic.name, known?.topicId ?? topic.topicId, known?.partitions ?? [], error, this.isNear))
      return known?.error?.errorCode !== topic.errorCode
    }
    const sameTopic = known !== undefined && known.topicId === topic.topicId
    const partitions: PartitionInfo[] = []
    let changed = !sameTopic || known.partitions.length !== topic.partitions.length
    for (const partition of topic.partitions) {
      const { partitionIndex: index } = partition
      // Partitions are numbered without gaps. A number beyond that must not make us allocate what it claims.
      if (index < 0 || index >= topic.partitions.length) {
        this.requested = true
        continue
      }
      const before = sameTopic ? known.partitions[index] : undefined
      const info = this.newer(before, partition, version, topic.topicId !== ZERO_UUID)
      if (info.leaderId < 0) this.requested = true
      if (before?.leaderId !== info.leaderId || before.leaderEpoch !== info.leaderEpoch) changed = true
      partitions[index] = info
    }
    for (let i = 0; i < partitions.length; i++) partitions[i] ??= { leaderId: -1, leaderEpoch: -1 }
    this.replace(topicInfo(topic.name, topic.topicId, partitions, null, this.isNear))
    return changed
  }

  /** The cached entry where the answer is older than what was seen (MDT-10), else the answer's. */
  private newer(
    before: PartitionInfo | undefined,
    partition: MetadataPartition,
    version: number,
    hasId: boolean,
  ): PartitionInfo {
    const leaderEpoch = version >= RELIABLE_EPOCHS_FROM ? partition.leaderEpoch : -1
    if (before === undefined || leaderEpoch < 0 || leaderEpoch >= before.leaderEpoch) {
      return { leaderId: partition.leaderId, leaderEpoch }
    }
    const olderAnswers = (before.olderAnswers ?? 0) + 1
    if (!hasId && olderAnswers > OLDER_ANSWERS) return { leaderId: partition.leaderId, leaderEpoch }
    return { ...before, olderAnswers }
  }

  private replace(info: TopicInfo): void {
    this.topics.set(info.name, info)
    this.listener.onTopic(info)
  }
}
