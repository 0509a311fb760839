import { RecordError } from '@posthorn/contracts'
import type { Partitioner } from '@posthorn/contracts'
import type { TopicSettings } from './topicState.ts'
import { TopicState } from './topicState.ts'

const LEGAL_NAME = /^[a-zA-Z0-9._-]{1,249}$/

/** All topics in use, by name. */
export class Topics {
  private readonly states = new Map<string, TopicState>()
  private readonly partitioner: Partitioner
  private readonly settings: TopicSettings
  /** The topic asked for last: applications mostly stay with one for a while. */
  private latest: TopicState | null = null

  constructor(partitioner: Partitioner, settings: TopicSettings) {
    this.partitioner = partitioner
    this.settings = settings
  }

  /** The topic of that name; throws for a name that Kafka cannot have. */
  get(name: string): TopicState {
    if (this.latest !== null && this.latest.topic === name) return this.latest
    const state = this.states.get(name) ?? this.add(name)
    this.latest = state
    return state
  }

  /** The topic if it is in use. */
  known(name: string): TopicState | undefined {
    const { latest } = this
    return latest !== null && latest.topic === name ? latest : this.states.get(name)
  }

  /**
   * Forgets what is known of a topic that has nothing queued or waiting; returns whether it did. The queues stay: a
   * delivery guard counts sequences by them.
   */
  forget(name: string): boolean {
    const state = this.states.get(name)
    if (state === undefined) return true
    if (state.waiting.length > 0 || state.queues.some((queue) => queue.batches.length > 0)) return false
    state.forget()
    return true
  }

  [Symbol.iterator](): Iterator<TopicState> {
    return this.states.values()
  }

  private add(name: unknown): TopicState {
    if (typeof name !== 'string') {
      throw new RecordError(
        'INVALID_ARGUMENT',
        `topic: expected a string, received ${name === null ? 'null' : typeof name}`,
      )
    }
    if (!LEGAL_NAME.test(name) || name === '.' || name === '..') {
      const message = `topic: expected 1 to 249 characters of [a-zA-Z0-9._-], received ${JSON.stringify(name.slice(0, 300))}`
      throw new RecordError('INVALID_TOPIC_EXCEPTION', message)
    }
    const state = new TopicState(name, this.settings, this.partitioner.forTopic(name))
    this.states.set(name, state)
    return state
  }
}
