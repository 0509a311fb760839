import type { KafkaError, RecordMetadata } from '@posthorn/contracts'

/** How a transaction stands, as its application was told. */
export type Fate =
  /** Nobody has asked for its end. */
  | 'open'
  /** `commit` has not ended. */
  | 'committing'
  /** `commit` resolved. */
  | 'committed'
  /** It must never be seen: `commit` was never called, or refused so that only abort is left. */
  | 'aborted'
  /** `commit` was called and nobody knows how it ended: a crash, or an error after which nothing can be asked. */
  | 'unknown'

/** One record, from `send` on. */
export interface Sent {
  readonly id: number
  readonly topic: string
  readonly transaction: Transaction
  outcome: 'pending' | RecordMetadata | KafkaError
}

/** One transaction of one client. */
export interface Transaction {
  readonly id: number
  readonly clientId: string
  readonly transactionalId: string
  readonly began: number
  readonly records: Sent[]
  /** Offsets that it commits, by group, topic and partition. */
  readonly offsets: Map<string, bigint>
  fate: Fate
  /** Whether a request to commit it has reached a coordinator. */
  commitSeen: boolean
  /** A call of `sendOffsets` failed: there must be no commit. */
  offsetsFailed: boolean
}

/** A client and when it was there. */
export interface Life {
  readonly clientId: string
  readonly transactionalId: string
  /** When the next client of the same id had been initialized: from then on it writes nothing. */
  supersededAt: number
  current: Transaction | null
}

/** Everything that applications did and were told. */
export class Ledger {
  readonly transactions: Transaction[] = []
  readonly records: Sent[] = []
  readonly lives: Life[] = []
  /** What was found wrong, in the order of finding. */
  readonly wrong: string[] = []
  private lastOffset = 0n

  /** Notes something that must not be. */
  blame(what: string): void {
    if (this.wrong.length < 20) this.wrong.push(what)
  }

  /** A client of a transactional id comes to life. */
  born(clientId: string, transactionalId: string): Life {
    const life: Life = { clientId, transactionalId, supersededAt: Number.POSITIVE_INFINITY, current: null }
    this.lives.push(life)
    return life
  }

  /** A client has been initialized: those before it are out. */
  initialized(life: Life, now: number): void {
    for (const other of this.lives) {
      if (other === life) return
      if (other.transactionalId === life.transactionalId) other.supersededAt = Math.min(other.supersededAt, now)
    }
  }

  /** A client has begun a transaction. */
  begin(life: Life, now: number): Transaction {
    const transaction: Transaction = {
      id: this.transactions.length,
      clientId: life.clientId,
      transactionalId: life.transactionalId,
      began: now,
      records: [],
      offsets: new Map(),
      fate: 'open',
      commitSeen: false,
      offsetsFailed: false,
    }
    this.transactions.push(transaction)
    life.current = transaction
    return transaction
  }

  /** A record is about to be sent; its id grows with every one. */
  send(transaction: Transaction, topic: string): Sent {
    const sent: Sent = { id: this.records.length, topic, transaction, outcome: 'pending' }
    this.records.push(sent)
    transaction.records.push(sent)
    return sent
  }

  /** An offset that is about to be committed: none twice, so that it tells whose it is, and each higher than before. */
  nextOffset(): bigint {
    return ++this.lastOffset
  }
}

/** Whether readers of committed records may see it. */
export function mayBeSeen({ fate, commitSeen }: Transaction): boolean {
  return fate === 'committed' || (commitSeen && (fate === 'unknown' || fate === 'committing'))
}

/** For messages. */
export function nameOf({ id, clientId, fate }: Transaction): string {
  return `transaction ${id} of ${clientId} (${fate})`
}
