import type { ControlPlane } from '@posthorn/contracts'
import { KafkaError, RecordError } from '@posthorn/contracts'
import type { ProducerIdentity } from '@posthorn/idempotence/sequences'
import { addOffsetsToTxn, CoordinatorType, ErrorCode, txnOffsetCommit } from '@posthorn/protocol'
import type { Begun } from './begun.ts'
import { CoordinatorLink, type Reaction } from './coordinatorLink.ts'
import type { ConsumerGroupMetadata, TransactionOffset } from './handle.ts'
import { addOffsetsReactions, offsetCommitReactions, reactionTo } from './reactions.ts'

/** What committing offsets needs. */
export interface OffsetsParts {
  readonly transactionalId: string
  readonly control: ControlPlane
  readonly coordinator: CoordinatorLink
  readonly identity: () => ProducerIdentity
  /** Why nothing may be asked any more. */
  readonly over: () => KafkaError | null
  /** Why the transaction takes no more offsets; `null` while it does. */
  readonly vain: () => KafkaError | null
  /** Whether the coordinator knows of the transaction. */
  readonly begun: Begun
}

/** Highest version of TxnOffsetCommit that leaves it to AddOffsetsToTxn to add the group (TV2-05). */
const LAST_WITHOUT_GROUP = 4

/** First version that adds the group by itself (TV2-03). */
const FIRST_WITH_GROUP = 5

/** First version that says who consumed (TOF-03). */
const FIRST_WITH_MEMBER = 3

/** Commits offsets of consumer groups in the open transaction (section 28). */
export class Offsets {
  private readonly parts: OffsetsParts
  private readonly groups = new Map<string, CoordinatorLink>()

  constructor(parts: OffsetsParts) {
    this.parts = parts
  }

  /** Resolves when the group's coordinator holds all offsets for the transaction; `v2`: by KIP-890. */
  async commit(offsets: readonly TransactionOffset[], group: ConsumerGroupMetadata, v2: boolean): Promise<void> {
    const { transactionalId, coordinator, identity, vain, begun } = this.parts
    const { groupId } = group
    if (!v2) {
      await coordinator.ask({
        api: addOffsetsToTxn,
        body: () => {
          begun.asked()
          return { transactionalId, ...identity(), groupId }
        },
        react: ({ errorCode }) => {
          begun.answered([errorCode])
          return reactionTo(errorCode, `${addOffsetsToTxn.name} for ${groupId}`, addOffsetsReactions)
        },
        vain,
      })
    }
    // By KIP-890 an abort is right even where nothing has begun.
    begun.certainly = true
    await this.commitPending(offsets, group, v2)
  }

  private async commitPending(
    offsets: readonly TransactionOffset[],
    { groupId, generationId = -1, memberId = '', groupInstanceId = null }: ConsumerGroupMetadata,
    v2: boolean,
  ): Promise<void> {
    const { transactionalId, identity, vain } = this.parts
    const member = { generationId, memberId, groupInstanceId }
    const isNamed = generationId >= 0 || memberId !== '' || groupInstanceId !== null
    const versions = v2
      ? { minVersion: FIRST_WITH_GROUP }
      : { minVersion: isNamed ? FIRST_WITH_MEMBER : 0, maxVersion: LAST_WITHOUT_GROUP }
    const pending = new Map(offsets.map((offset) => [keyOf(offset.topic, offset.partition), offset]))
    await this.group(groupId).ask({
      api: { ...txnOffsetCommit, ...versions },
      body: () => ({ transactionalId, groupId, ...identity(), ...member, topics: byTopic([...pending.values()]) }),
      react: ({ topics }) => {
        let worst: Reaction = 'done'
        for (const { name, partitions } of topics) {
          for (const { partitionIndex, errorCode } of partitions) {
            if (errorCode === ErrorCode.NONE) pending.delete(keyOf(name, partitionIndex))
            else
              worst = worse(
                worst,
                reactionTo(errorCode, `${txnOffsetCommit.name} for ${groupId}`, offsetCommitReactions),
              )
          }
        }
        // A broker that says nothing of some has to be asked again.
        return worst === 'done' && pending.size > 0 ? 'retry' : worst
      },
      // Under KIP-890 an end that comes while the transaction before is still being ended is refused for good.
      ...(!v2 && { vain }),
    })
  }

  private group(groupId: string): CoordinatorLink {
    const { control, over } = this.parts
    let link = this.groups.get(groupId)
    if (link === undefined) {
      link = new CoordinatorLink(control, CoordinatorType.GROUP, groupId, over)
      this.groups.set(groupId, link)
    }
    return link
  }
}

/** Throws for arguments that cannot be (TOF-02). */
export function checkOffsets(offsets: readonly TransactionOffset[], group: ConsumerGroupMetadata): void {
  const given: unknown = group
  if (typeof given !== 'object' || given === null) {
    throw invalid(`group metadata: expected an object with groupId, received ${String(given)}`)
  }
  const { groupId, generationId = -1, memberId = '' } = group
  if (typeof groupId !== 'string' || groupId === '') {
    throw invalid(`groupId: expected a string that is not empty, received ${shown(groupId)}`)
  }
  if (generationId > 0 && memberId === '') {
    throw invalid(`memberId: expected one together with generationId ${generationId}, received none`)
  }
  if (!Array.isArray(offsets)) throw invalid(`offsets: expected a list, received ${typeof offsets}`)
  for (const { topic, partition, offset } of offsets) {
    const where = `offset of ${String(topic)}-${String(partition)}`
    const isWhole = typeof offset === 'bigint' || Number.isSafeInteger(offset)
    if (typeof topic !== 'string' || topic === '' || !Number.isInteger(partition) || partition < 0) {
      throw invalid(`${where}: expected a topic and a partition`)
    }
    if (!isWhole || offset < 0) throw invalid(`${where}: expected a whole number from 0 up, received ${String(offset)}`)
  }
}

function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}

function invalid(message: string): RecordError {
  return new RecordError('INVALID_ARGUMENT', message)
}

function keyOf(topic: string, partition: number): string {
  return `${topic}-${partition}`
}

/** Of two reactions the one to follow: an error before anything, a fatal one first; a lookup before asking again. */
function worse(a: Reaction, b: Reaction): Reaction {
  return rank(b) > rank(a) ? b : a
}

function rank(reaction: Reaction): number {
  if (reaction instanceof KafkaError) return reaction.severity === 'fatal' ? 4 : 3
  return reaction === 'done' ? 0 : reaction === 'lookup' ? 2 : 1
}

function byTopic(offsets: readonly TransactionOffset[]): {
  name: string
  partitions: {
    partitionIndex: number
    committedOffset: bigint
    committedLeaderEpoch: number
    committedMetadata: string | null
  }[]
}[] {
  return Array.from(
    Map.groupBy(offsets, ({ topic }) => topic),
    ([name, ofTopic]) => ({
      name,
      partitions: ofTopic.map(({ partition, offset, leaderEpoch, metadata }) => ({
        partitionIndex: partition,
        committedOffset: BigInt(offset),
        committedLeaderEpoch: leaderEpoch ?? -1,
        committedMetadata: metadata ?? null,
      })),
    }),
  )
}
