import type { GuardedBatch, ProducerStamp } from '@posthorn/contracts'
import type { ProducerIdentity } from './producerIdentity.ts'
import { addToSequence, isAfter } from './sequence.ts'

/** As many batches as a broker remembers of each producer and partition. */
const MAX_IN_FLIGHT = 5

/**
 * How long after its last answer a broker is trusted to remember us, ms. It forgets after `producer.id.expiration.ms`,
 * a day unless somebody changed it.
 */
const TRUSTED_MS = 60_000

/** Before anything was stored. */
const NOTHING = -1

/** Where one partition stands: its next sequence, and the stamped batches whose fate is open, in sequence order. */
export class PartitionSequences {
  /** What its batches are stamped with. It may lag behind the producer's, until nothing stamped with it is open (EPB-03). */
  identity: ProducerIdentity
  /** Stamped and neither stored nor given up, lowest sequence first. */
  readonly open: GuardedBatch[] = []
  /**
   * True when a batch was given up that may or may not have been stored: whether its sequences were used is not known,
   * so nothing new may follow until what is still open tells (IDM-22).
   */
  unresolved = false
  /** Open batches before the first gap that stays; `Infinity` while there is none. What comes after cannot be stored. */
  private beforeGap: number = Number.POSITIVE_INFINITY
  /**
   * Batches stamped from the oldest open one on, stored ones among them; after answers out of turn it may be higher. A
   * broker remembers only the latest of them: an open one that fell out could not be told from one that never came.
   */
  private window = 0
  private nextSequence = 0
  /** The highest sequence known to be stored. */
  private lastStored: number = NOTHING
  private storedAtMs: number = Number.NEGATIVE_INFINITY

  constructor(identity: ProducerIdentity) {
    this.identity = identity
  }

  /**
   * Begins again at 0 under another identity. Open batches have to be stamped anew by the caller. `known`: brokers that
   * knew the one before know this one too, as they do when a transaction's end has raised the epoch.
   */
  restart(identity: ProducerIdentity, known: boolean = false): void {
    this.identity = identity
    this.nextSequence = 0
    this.lastStored = NOTHING
    if (!known) this.storedAtMs = Number.NEGATIVE_INFINITY
    this.unresolved = false
    this.beforeGap = Number.POSITIVE_INFINITY
    this.window = this.open.length
  }

  /** Notes a gap that stays: before the open batch of this index. */
  breakAt(index: number): void {
    this.beforeGap = Math.min(this.beforeGap, index)
  }

  /** Whether a batch may be sent again: one at a time, lowest sequence first (IDM-10), and none behind a gap. */
  mayRetry(batch: GuardedBatch): boolean {
    return this.beforeGap > 0 && this.open[0] === batch
  }

  /** Whether all that is open waits behind a gap, and nothing of it is on its way. */
  get isStuck(): boolean {
    return this.beforeGap === 0 && !this.open.some((batch) => batch.inFlight)
  }

  /**
   * Whether one more batch may be stamped. A broker takes any sequence from a producer that it does not know (it may
   * have forgotten it), so if the first of several batches were refused, the second would be stored in its place, and
   * nobody could tell any more what else was. So until the broker has stored one batch of ours, there is only one.
   */
  hasRoom(nowMs: number): boolean {
    if (this.unresolved || this.beforeGap !== Number.POSITIVE_INFINITY) return false
    return nowMs - this.storedAtMs < TRUSTED_MS ? this.window < MAX_IN_FLIGHT : this.open.length === 0
  }

  /** A batch is stamped for the first time: its fate is open. */
  add(batch: GuardedBatch): void {
    this.window++
    this.open.push(batch)
  }

  /** Goes on behind what was stored last. Only when nothing is open and nothing else can have been stored (EPB-06). */
  rewind(): void {
    this.nextSequence = this.lastStored === NOTHING ? 0 : addToSequence(this.lastStored, 1)
    this.unresolved = false
  }

  /** The next stamp, for so many records. */
  stamp(recordCount: number, transactional: boolean = false): ProducerStamp {
    const { producerId, producerEpoch } = this.identity
    const baseSequence = this.nextSequence
    this.nextSequence = addToSequence(baseSequence, recordCount)
    return { producerId, producerEpoch, baseSequence, transactional }
  }

  /**
   * The batch was stored; one before it may still be open (IDM-12). An answer to a stamp of an earlier identity says
   * nothing about the present one (IDM-27).
   */
  onStored({ stamp, recordCount }: GuardedBatch, nowMs: number): void {
    if (stamp === null || !this.isOwn(stamp)) return
    this.storedAtMs = nowMs
    const last = addToSequence(stamp.baseSequence, recordCount - 1)
    if (this.lastStored === NOTHING || isAfter(last, this.lastStored)) this.lastStored = last
  }

  /** Whether every sequence given out is known to be stored. To be asked when nothing is open. */
  get isContiguous(): boolean {
    if (this.lastStored === NOTHING) return this.nextSequence === 0
    return addToSequence(this.lastStored, 1) === this.nextSequence
  }

  /** Whether a batch with a higher sequence than this one is known to be stored. */
  isOvertaken({ stamp }: GuardedBatch): boolean {
    return stamp !== null && this.lastStored !== NOTHING && isAfter(this.lastStored, stamp.baseSequence)
  }

  /** Whether a stamp is of the present identity. */
  isOwn(stamp: ProducerStamp): boolean {
    return stamp.producerId === this.identity.producerId && stamp.producerEpoch === this.identity.producerEpoch
  }

  /** Takes a batch out of the open ones, or puts pieces in its place. Returns where it stood. */
  replace(batch: GuardedBatch, pieces: readonly GuardedBatch[] = []): number {
    const at = this.open.indexOf(batch)
    if (at < 0) return 0
    this.open.splice(at, 1, ...pieces)
    if (at < this.beforeGap) this.beforeGap += pieces.length - 1
    if (this.open.length === 0) this.window = 0
    else if (at === 0 || pieces.length > 0) this.window += pieces.length - 1
    return at
  }

  /** Puts the pieces of a divided batch in its place, with the sequences that it had. */
  split(
    batch: GuardedBatch,
    pieces: readonly GuardedBatch[],
    restamp: (piece: GuardedBatch, stamp: ProducerStamp) => void,
  ): void {
    const { stamp } = batch
    if (stamp === null) return
    this.replace(batch, pieces)
    let { baseSequence } = stamp
    for (const piece of pieces) {
      restamp(piece, { ...stamp, baseSequence })
      baseSequence = addToSequence(baseSequence, piece.recordCount)
    }
  }
}
