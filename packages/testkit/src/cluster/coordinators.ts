import type { Clock } from '@posthorn/contracts'
import { ErrorCode } from '@posthorn/protocol'

/** What a coordinator looks after: consumer groups, transactional ids or share groups. */
export type CoordinatorKind = 'group' | 'transaction' | 'share'

interface Slot {
  /** Id of the broker, -1 for none. */
  broker: number
  /** When the broker will have read what the slot holds, `now()` of the clock. */
  loadedAt: number
}

/** `offsets.topic.num.partitions` and `transaction.state.log.num.partitions` by default. */
const slotCount = 50

/**
 * Which broker coordinates what. As with Kafka, a key belongs to one of 50 slots by its hash, and whoever leads the slot
 * is the coordinator of all its keys. What coordinators know is replicated, so a new one goes on where the last
 * stopped, once it has loaded it.
 */
export class Coordinators {
  readonly #clock: Clock
  readonly #loadMs: number
  readonly #slots: Readonly<Record<CoordinatorKind, readonly Slot[]>>

  /** `loadMs` is how long a new coordinator takes to load what it is to know. */
  constructor(brokers: number, clock: Clock, loadMs: number) {
    const slots = (): Slot[] =>
      Array.from({ length: slotCount }, (_, i) => ({ broker: i % brokers, loadedAt: -Infinity }))
    this.#clock = clock
    this.#loadMs = loadMs
    this.#slots = { group: slots(), transaction: slots(), share: slots() }
  }

  /** Id of the broker that coordinates `key`, -1 when none does. */
  brokerOf(kind: CoordinatorKind, key: string): number {
    return this.#slot(kind, key).broker
  }

  /** Why `broker` cannot speak for `key`; NONE when it can. */
  error(kind: CoordinatorKind, key: string, broker: number): number {
    return this.#slot(kind, key).broker === broker ? this.availability(kind, key) : ErrorCode.NOT_COORDINATOR
  }

  /** Why nobody can speak for `key` at the moment; NONE when somebody can. */
  availability(kind: CoordinatorKind, key: string): number {
    const { broker, loadedAt } = this.#slot(kind, key)
    if (broker === -1) return ErrorCode.COORDINATOR_NOT_AVAILABLE
    return this.#clock.now() < loadedAt ? ErrorCode.COORDINATOR_LOAD_IN_PROGRESS : ErrorCode.NONE
  }

  /** Makes `to` the coordinator of `key` and of all keys that share its slot; -1 for none. */
  move(kind: CoordinatorKind, key: string, to: number): void {
    this.#elect(this.#slot(kind, key), to)
  }

  /** Gives what `broker` coordinates to one of the others, or to none. */
  abdicate(broker: number, others: readonly number[]): void {
    let next = 0
    for (const slot of this.#all()) {
      if (slot.broker === broker) this.#elect(slot, others[next++ % others.length] ?? -1)
    }
  }

  /** Gives `broker` what has no coordinator. */
  adopt(broker: number): void {
    for (const slot of this.#all()) if (slot.broker === -1) this.#elect(slot, broker)
  }

  #elect(slot: Slot, broker: number): void {
    slot.broker = broker
    slot.loadedAt = this.#clock.now() + this.#loadMs
  }

  #slot(kind: CoordinatorKind, key: string): Slot {
    return this.#slots[kind][(javaHash(key) & 0x7fff_ffff) % slotCount]!
  }

  #all(): Slot[] {
    return Object.values(this.#slots).flat()
  }
}

/** `String.hashCode`, by which Kafka places keys. */
function javaHash(key: string): number {
  let hash = 0
  for (let i = 0; i < key.length; i++) hash = (Math.imul(hash, 31) + key.charCodeAt(i)) | 0
  return hash
}
