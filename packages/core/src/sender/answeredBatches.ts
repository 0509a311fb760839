import { Fifo } from '../values/fifo.ts'

/**
 * What may be told in one turn of the event loop, in records that one callback hears of: one takes some 0.5 µs, with the
 * `trySend` that follows. With less, requests get smaller, since what follows is sent after each turn.
 */
const MOST_IN_A_TURN = 6000

/** What one of a batch that is dear costs, with the `send` that follows, in records of one that is not. */
const DEAR = 2

/** What a batch costs beside its records, in records. */
const BATCH_COST = 32

/** So many bytes cost as much as a record, when others take their place. */
const BYTES_LIKE_A_RECORD = 256

/** What is told of a batch, as far as its cost goes. */
export interface AnsweredBatch {
  readonly recordCount: number
  readonly recordBytes: number
  /** Whether more than one callback is told: promises, interceptors, or a callback for each record. */
  readonly isDear: boolean
}

interface Waiting {
  readonly cost: number
  readonly tell: () => void
}

/**
 * Batches that brokers have answered. Their outcomes are told in slices: an answer, and a read from a socket brings
 * several, may be about thousands of records, and whoever waits for one sends the next in the same turn of the event loop.
 * To everything else a batch whose outcome is not told yet is one whose answer comes later: it is in flight.
 */
export class AnsweredBatches {
  private readonly waiting = new Fifo<Waiting>()
  /** What was told since the latest pass. */
  private spent = 0

  /** Whether outcomes wait for the next pass, which has to follow at once. */
  get isBusy(): boolean {
    return this.waiting.length > 0
  }

  /** Has the outcome of a batch told: now, or in one of the next passes, in order. Whoever adds sees to it that there is one. */
  add({ recordCount, recordBytes, isDear }: AnsweredBatch, tell: () => void): void {
    const records = isDear ? recordCount * DEAR : recordCount
    const cost = records + recordBytes / BYTES_LIKE_A_RECORD + BATCH_COST
    if (this.waiting.length > 0 || !this.hasRoom(cost)) {
      this.waiting.push({ cost, tell })
      return
    }
    this.spent += cost
    tell()
  }

  /** A pass of the sender begins, the only one in its turn: tells what this turn has left, and begins the next one. */
  onPass(): void {
    for (let next = this.waiting.first; next !== undefined && this.hasRoom(next.cost); next = this.waiting.first) {
      this.waiting.shift()
      this.spent += next.cost
      next.tell()
    }
    this.spent = 0
  }

  /** Tells everything at once: before something else decides what becomes of batches. */
  tellAll(): void {
    for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift()) next.tell()
  }

  /** The first one has room whatever it costs. */
  private hasRoom(cost: number): boolean {
    return this.spent === 0 || this.spent + cost <= MOST_IN_A_TURN
  }
}
