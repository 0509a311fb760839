/**
 * Words of a slot: what each append to an open batch reads and writes. Places in memory are those in the batch's slab.
 * What stands in the batch is true once it is closed; while it is open, this is.
 */
export const Slot = {
  /** Where the next record begins; 0 while the partition has no open batch. */
  end: 0,
  /** Where the memory for plain appends ends; 0 when none may be made. */
  limit: 1,
  /** The slab, by its number in the pool. */
  slab: 2,
  /** Records. */
  count: 3,
  /** The first record's timestamp, in ms since the accumulator's origin. */
  baseTick: 4,
  /** Timestamp of the newest record less the first; {@link OTHER_DELTA} when that is no number for a word. */
  delta: 5,
  /** Bytes of the newest record's key; -1 for null. */
  keyBytes: 6,
  /** Bytes of the newest record's value; -1 for null. */
  valueBytes: 7,
  /** Bytes of the largest record. */
  largest: 8,
  /** Runs of records with the same delta and sizes. */
  runs: 9,
  /** How the newest record is answered, by the accumulator's number; the next one with the same need not be noted. */
  answer: 10,
} as const

/** Words from one slot to the next: as many bytes as a line of the processor's caches has. */
export const WORDS_PER_SLOT = 16

/** Unlike any difference of two timestamps that a slot holds. */
export const OTHER_DELTA: number = -0x8000_0000

/** Timestamps this far from the origin, in ms, or from each other, are left to the long way: 12 days. */
export const MOST_TICKS = 0x4000_0000

/**
 * The state of open batches as numbers side by side. With thousands of partitions each append finds its batch outside of
 * the processor's caches, where every line of memory costs as much as all the rest of an append; batches as objects alone
 * took nine of them, of queue, batch, buffer and answers.
 */
export class OpenSlots {
  /** All slots. Replaced when there are more: not to be kept over a call. */
  words: Int32Array
  private taken = 0

  constructor(slots = 64) {
    this.words = new Int32Array(slots * WORDS_PER_SLOT)
  }

  /** Slots for so many partitions, for good, one after the other: the index of the first one's first word. */
  take(count = 1): number {
    const at = this.taken
    this.taken += count * WORDS_PER_SLOT
    if (this.taken > this.words.length) {
      const more = new Int32Array(Math.max(this.taken, this.words.length * 2))
      more.set(this.words)
      this.words = more
    }
    return at
  }

  /** The origin of timestamps is `ms` later now. */
  moveOrigin(ms: number): void {
    const { words } = this
    for (let at = 0; at < this.taken; at += WORDS_PER_SLOT) {
      const tick = (words[at + Slot.baseTick] as number) - ms
      if (Math.abs(tick) < MOST_TICKS) words[at + Slot.baseTick] = tick
      else words[at + Slot.limit] = 0
    }
  }
}
