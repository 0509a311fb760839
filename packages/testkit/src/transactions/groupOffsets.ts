import { partitionKey } from './transaction.ts'

/** An offset that a consumer group has committed. */
export interface CommittedOffset {
  /** Topic. */
  readonly topic: string
  /** Partition number. */
  readonly partition: number
  /** Offset of the next record to consume. */
  readonly offset: bigint
  /** Leader epoch of the last record consumed, -1 when unknown. */
  readonly leaderEpoch: number
  /** What the client kept with it. */
  readonly metadata: string | null
}

type Offsets = Map<string, CommittedOffset>

/** Offsets of consumer groups, those of open transactions apart from the others. */
export class GroupOffsets {
  readonly #committed = new Map<string, Offsets>()
  readonly #pending = new Map<string, Map<bigint, Offsets>>()

  /** What a group has committed, transactions that are still open left out. */
  committed(group: string): CommittedOffset[] {
    return [...(this.#committed.get(group)?.values() ?? [])]
  }

  /** Keeps offsets until the transaction of their producer ends. */
  stage(group: string, producerId: bigint, offsets: readonly CommittedOffset[]): void {
    const ofGroup = entry(this.#pending, group, () => new Map<bigint, Offsets>())
    const ofProducer = entry(ofGroup, producerId, (): Offsets => new Map())
    for (const offset of offsets) ofProducer.set(partitionKey(offset.topic, offset.partition), offset)
  }

  /** The transaction has ended. */
  complete(group: string, producerId: bigint, commit: boolean): void {
    const staged = this.#pending.get(group)?.get(producerId)
    this.#pending.get(group)?.delete(producerId)
    if (!commit || staged === undefined) return
    const committed = entry(this.#committed, group, (): Offsets => new Map())
    for (const [key, offset] of staged) committed.set(key, offset)
  }
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = make()
  map.set(key, made)
  return made
}
