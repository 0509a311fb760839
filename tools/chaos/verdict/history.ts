import type { DriverLine, KeyRange } from '../drivers/contract.ts'
import type { Range } from './ranges.ts'

/** So many records acknowledged, or committed, at a moment by `Date.now()`. */
export interface Progress {
  readonly at: number
  readonly records: number
}

/** A transaction as far as its driver told of it. */
export interface ToldTransaction {
  readonly records: readonly KeyRange[]
  /** `committing`: it was killed before it could tell what became of its commit. */
  fate: 'open' | 'committing' | 'committed' | 'aborted' | 'unknown'
  readonly intent: 'commit' | 'abort'
}

/** What drivers told, over all processes that followed one another. Ranges lie by key, as they were told. */
export class History {
  readonly acked: Range[][]
  readonly failed: Range[][]
  readonly unknown: Range[][]
  readonly transactions: Map<number, ToldTransaction> = new Map<number, ToldTransaction>()
  readonly progress: Progress[] = []
  readonly errors: Record<string, number> = {}
  /** Above every sequence number that was told of, whatever the key. */
  next = 0
  /** First sequence number of the process that told last. */
  from = 0
  client = ''
  cpuSeconds = 0
  maxRssMb = 0
  /** For each key the first sequence number that no process used, told by one that ended in order; empty until then. */
  sent: readonly number[] = []

  constructor(keys: number) {
    const empty = (): Range[][] => Array.from({ length: keys }, () => [])
    this.acked = empty()
    this.failed = empty()
    this.unknown = empty()
  }

  /** Takes the next line. */
  tell(line: DriverLine): void {
    switch (line.kind) {
      case 'outcomes':
        this.#put(this.acked, line.acked)
        this.#put(this.failed, line.failed)
        this.#put(this.unknown, line.unknown)
        this.#count(line.errors)
        this.progress.push({ at: line.at, records: recordsIn(line.acked) })
        break
      case 'begun':
        this.transactions.set(line.transaction, { records: line.records, intent: line.intent, fate: 'open' })
        this.next = Math.max(this.next, ...line.records.map(([, , to]) => to + 1))
        break
      case 'committing':
        this.#transaction(line.transaction).fate = 'committing'
        break
      case 'ended': {
        const transaction = this.#transaction(line.transaction)
        transaction.fate = line.outcome
        this.#count(line.errors)
        if (line.outcome === 'committed') this.progress.push({ at: line.at, records: recordsIn(transaction.records) })
        break
      }
      case 'done':
        this.sent = line.next
        this.client = line.client
        this.cpuSeconds += line.cpuSeconds
        this.maxRssMb = Math.max(this.maxRssMb, line.maxRssMb)
        break
    }
  }

  #put(into: Range[][], ranges: readonly KeyRange[]): void {
    for (const [key, from, to] of ranges) {
      into[key]?.push([from, to])
      this.next = Math.max(this.next, to + 1)
    }
  }

  #transaction(id: number): ToldTransaction {
    const found = this.transactions.get(id)
    if (found === undefined) throw new Error(`a driver told of transaction ${id}, which it had not begun`)
    return found
  }

  #count(errors: Readonly<Record<string, number>>): void {
    for (const [code, times] of Object.entries(errors)) this.errors[code] = (this.errors[code] ?? 0) + times
  }
}

function recordsIn(ranges: readonly KeyRange[]): number {
  return ranges.reduce((sum, [, from, to]) => sum + to - from + 1, 0)
}
