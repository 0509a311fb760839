import type { Interceptor, Plugin, ProducerRecord, RecordMetadata } from '@posthorn/contracts'
import { KafkaError } from '@posthorn/contracts'
import type { VirtualClock } from '@posthorn/testkit'

/** How the application sent a record, and so what it hears. */
export type Manner = 'promise' | 'bounded' | 'callback' | 'silent' | 'refused'

/** One call of `send` or `trySend`, from both sides. */
export interface Entry {
  readonly id: number
  readonly sentAt: number
  manner: Manner
  /** When the caller's own deadline is over. */
  deadline: number
  /** Times that interceptors saw the record set out and end. */
  setOut: number
  ended: number
  /** What ended it inside the producer; `null` for success. */
  endError: unknown
  /** Times that the application heard of an outcome, and which; `null` for success. */
  told: number
  toldError: unknown
  metadata: RecordMetadata | null
}

/** A late timer, a turn of the loop. */
const SLACK_MS = 5

/** Follows every record from the call to its outcome, and notes what breaks the promises of the API on the way. */
export class Ledger {
  readonly entries: Entry[] = []
  /** What was wrong, as it happened. */
  readonly wrong: string[] = []
  private readonly clock: VirtualClock
  private readonly limitMs: number

  /** `limitMs`: how long a record may take to its outcome at most. */
  constructor(clock: VirtualClock, limitMs: number) {
    this.clock = clock
    this.limitMs = limitMs
  }

  /** A record is about to be sent. */
  open(manner: Manner, deadlineMs: number = Number.POSITIVE_INFINITY): Entry {
    const sentAt = this.clock.now()
    const entry: Entry = {
      id: this.entries.length,
      sentAt,
      manner,
      deadline: sentAt + deadlineMs,
      setOut: 0,
      ended: 0,
      endError: null,
      told: 0,
      toldError: null,
      metadata: null,
    }
    this.entries.push(entry)
    return entry
  }

  /** The application heard of an outcome. */
  tell(entry: Entry, error: unknown, metadata: RecordMetadata | null): void {
    entry.told++
    entry.toldError = error
    entry.metadata = metadata
    if (this.clock.now() > entry.deadline + SLACK_MS) this.note(`${entry.id} outlived its own deadline`)
  }

  /** Records that set out and have not ended. */
  outstanding(): Entry[] {
    return this.entries.filter(({ setOut, ended }) => setOut > ended)
  }

  /** Sees what the application does not: also the end of what nobody waits for any more. */
  readonly interceptor: Plugin<Interceptor<string, string>> = () => ({
    name: 'ledger',
    onSend: (record) => {
      this.entry(record).setOut++
      return record
    },
    onAcknowledgement: (record, _metadata, error) => {
      const entry = this.entry(record)
      entry.ended++
      entry.endError = error
      const took = this.clock.now() - entry.sentAt
      if (took > this.limitMs + SLACK_MS) this.note(`${entry.id} took ${took} ms, more than ${this.limitMs}`)
    },
  })

  /** Notes something wrong. */
  readonly note = (what: string): void => {
    this.wrong.push(`${what} (at ${this.clock.now().toFixed(1)} ms)`)
  }

  private entry({ value }: ProducerRecord<string, string>): Entry {
    return this.entries[Number.parseInt(value ?? '')] as Entry
  }
}

/** Whether an outcome says that the record is certainly not stored. */
export function isCertain(error: unknown): boolean {
  return error !== null && !(error instanceof KafkaError && error.maybePersisted)
}
