import type { Clock, KafkaError } from '@posthorn/contracts'
import { TimeoutError } from '@posthorn/contracts'
import type { Metadata } from '../metadata/metadata.ts'
import type { TopicInfo } from '../metadata/topicInfo.ts'
import type { TopicState } from '../topics/topicState.ts'

interface Wait {
  readonly topic: TopicState
  readonly deadlineMs: number
  resolve(info: TopicInfo): void
  reject(error: KafkaError): void
}

/** Waits of `partitionsFor`, at most `maxBlockMs` each. */
export class MetadataWaits {
  private waits: Wait[] = []
  private readonly metadata: Metadata
  private readonly clock: Clock
  private readonly maxBlockMs: number
  private readonly wake: () => void

  constructor(metadata: Metadata, clock: Clock, maxBlockMs: number, wake: () => void) {
    this.metadata = metadata
    this.clock = clock
    this.maxBlockMs = maxBlockMs
    this.wake = wake
  }

  get size(): number {
    return this.waits.length
  }

  /** What is known of the topic, once something is. */
  info(topic: TopicState): Promise<TopicInfo> {
    const now = this.clock.now()
    this.metadata.use(topic.topic, now)
    if (topic.info !== null && topic.info.error === null) return Promise.resolve(topic.info)
    return new Promise((resolve, reject) => {
      this.waits.push({ topic, deadlineMs: now + this.maxBlockMs, resolve, reject })
      this.wake()
    })
  }

  /** Something is known of the topic: its partitions, or why it can never be used. */
  onTopic(topic: TopicState, info: TopicInfo): void {
    if (info.error?.retriable === true) return
    this.take((wait) => wait.topic === topic).forEach((wait) => {
      if (info.error === null) wait.resolve(info)
      else wait.reject(info.error)
    })
  }

  /** Ends waits whose time is over; returns when to look again, `Infinity` for never. */
  expire(now: number, trouble: (topic: TopicState) => KafkaError | null): number {
    for (const wait of this.take(({ deadlineMs }) => deadlineMs <= now)) {
      const cause = trouble(wait.topic)
      const why = cause === null ? '' : `: ${cause.message}`
      const message = `no metadata of topic ${wait.topic.topic} within ${this.maxBlockMs} ms (maxBlockMs)${why}`
      const details = { topic: wait.topic.topic, retriable: true, cause: cause ?? undefined }
      wait.reject(new TimeoutError('METADATA_TIMEOUT', message, details))
    }
    return this.waits[0]?.deadlineMs ?? Number.POSITIVE_INFINITY
  }

  failAll(error: KafkaError): void {
    for (const wait of this.waits.splice(0)) wait.reject(error)
  }

  private take(which: (wait: Wait) => boolean): Wait[] {
    if (this.waits.length === 0) return []
    const taken = this.waits.filter(which)
    if (taken.length > 0) this.waits = this.waits.filter((wait) => !taken.includes(wait))
    return taken
  }
}
