import type { PartitionRef } from '@posthorn/contracts'
import { KafkaError } from '@posthorn/contracts'
import { addPartitionsToTxn, ErrorCode } from '@posthorn/protocol'
import { Begun } from './begun.ts'
import type { CoordinatorLink, Reaction } from './coordinatorLink.ts'
import { abortableAnswer } from './failures.ts'
import type { ProducerIdentity } from '@posthorn/idempotence/sequences'
import { addPartitionsReactions, reactionTo } from './reactions.ts'

/** What enlisting needs. */
export interface EnlistmentParts {
  readonly transactionalId: string
  readonly coordinator: CoordinatorLink
  /** Runs requests one at a time. */
  readonly enqueue: (work: () => Promise<void>) => Promise<void>
  readonly identity: () => ProducerIdentity
  /** Why the transaction takes no more partitions; `null` while it does. */
  readonly vain: () => KafkaError | null
  /** A partition may be sent to now. */
  readonly onEnlisted: () => void
  /** The transaction cannot go on. */
  readonly onFailed: (error: unknown) => void
}

/**
 * The partitions of the open transaction. Without KIP-890 the coordinator has to hear of each before the first record
 * goes there (TXN-05); with it the partition's leader tells the coordinator (TV2-02).
 */
export class Enlistment {
  /** Whether the coordinator knows of the transaction. */
  readonly begun: Begun = new Begun()
  private readonly parts: EnlistmentParts
  private readonly enlisted = new Set<PartitionRef>()
  private wanted = new Set<PartitionRef>()
  private asking = false

  constructor(parts: EnlistmentParts) {
    this.parts = parts
  }

  /** Whether records may be sent to the partition (TXN-12). */
  has(partition: PartitionRef): boolean {
    return this.enlisted.has(partition)
  }

  /** The partition's leader will tell the coordinator. */
  addLocally(partition: PartitionRef): void {
    this.enlisted.add(partition)
    this.begun.certainly = true
  }

  /** Has the coordinator told, together with all that are wanted by the time of the request. */
  want(partition: PartitionRef): void {
    if (this.enlisted.has(partition) || this.wanted.has(partition)) return
    this.wanted.add(partition)
    this.ask()
  }

  /** Nothing more is to be told: the transaction is being aborted (TXN-07). */
  drop(): void {
    this.wanted.clear()
  }

  /** A transaction begins: nothing is in it. */
  clear(): void {
    this.begun.clear()
    this.enlisted.clear()
    this.wanted.clear()
  }

  /** One request at a time; what is wanted meanwhile goes with the next one. */
  private ask(): void {
    if (this.asking || this.wanted.size === 0) return
    this.asking = true
    this.parts
      .enqueue(() => this.tell())
      .catch((error: unknown) => {
        this.wanted.clear()
        this.parts.onFailed(error)
      })
      .finally(() => {
        this.asking = false
        this.ask()
      })
  }

  private async tell(): Promise<void> {
    const { coordinator, transactionalId, identity, vain, onEnlisted } = this.parts
    if (this.wanted.size === 0) return
    const partitions = [...this.wanted]
    this.wanted = new Set()
    await coordinator.ask({
      api: addPartitionsToTxn,
      body: () => {
        this.begun.asked()
        return { transactionalId, ...identity(), topics: byTopic(partitions) }
      },
      react: ({ topics }) => this.judge(topics.flatMap((topic) => topic.partitions.map((it) => ({ ...topic, ...it })))),
      vain,
    })
    for (const partition of partitions) {
      this.enlisted.add(partition)
      // A second batch may have wanted it again.
      this.wanted.delete(partition)
    }
    this.begun.certainly = true
    onEnlisted()
  }

  /** All or none are in the transaction: what concerns one partition decides for all (TXR-07, TXR-08). */
  private judge(answers: readonly { readonly name: string; readonly errorCode: number }[]): Reaction {
    this.begun.answered(answers.map(({ errorCode }) => errorCode))
    const refused = answers.filter(({ errorCode }) => errorCode === ErrorCode.TOPIC_AUTHORIZATION_FAILED)
    if (refused.length > 0) {
      const topics = [...new Set(refused.map(({ name }) => name))]
      return abortableAnswer(
        ErrorCode.TOPIC_AUTHORIZATION_FAILED,
        `${addPartitionsToTxn.name} for ${topics.join(', ')}`,
      )
    }
    const reactions = answers
      .filter(({ errorCode }) => errorCode !== ErrorCode.NONE)
      .map(({ errorCode }) => reactionTo(errorCode, addPartitionsToTxn.name, addPartitionsReactions))
    const errors = reactions.filter((reaction) => reaction instanceof KafkaError)
    const reaction = errors.find(({ severity }) => severity === 'fatal') ?? errors[0] ?? reactions[0] ?? 'done'
    // Only the first request of a transaction meets the end of the one before.
    return reaction === 'soon' && this.begun.certainly ? 'retry' : reaction
  }
}

/** Partitions by topic, as requests name them. */
function byTopic(partitions: readonly PartitionRef[]): { name: string; partitions: number[] }[] {
  return Array.from(
    Map.groupBy(partitions, ({ topic }) => topic),
    ([name, refs]) => ({ name, partitions: refs.map(({ partition }) => partition) }),
  )
}
