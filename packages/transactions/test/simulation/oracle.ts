import type { StoredRecord } from '@posthorn/testkit'
import { INPUT } from './clusters.ts'
import { mayBeSeen, nameOf, type Sent, type Transaction } from './ledger.ts'
import type { Stage } from './stage.ts'

/** Reads as consumers do, and compares with what applications were told. */
export class Oracle {
  private readonly stage: Stage
  /** Ids that readers of committed records have seen, by partition. */
  private readonly seen = new Map<string, number[]>()
  /** How far they could read then. */
  private readonly stable = new Map<string, bigint>()
  private readonly seenOffsets = new Map<string, bigint>()

  constructor(stage: Stage) {
    this.stage = stage
  }

  /** What holds at every moment: nothing is seen that may not be, and what was seen stays. */
  watch(isFinal: boolean = false): void {
    for (const [topic, partition] of this.stage.partitions) {
      const name = `${topic}-${partition}`
      const { lastStableOffset } = this.stage.cluster.partition(topic, partition)
      // Whoever has read so far reads nothing new; the final judgement reads everything again.
      if (!isFinal && lastStableOffset === this.stable.get(name)) continue
      this.stable.set(name, lastStableOffset)
      const ids = this.read(topic, partition, 'read_committed').map(({ sent }) => sent.id)
      const before = this.seen.get(name) ?? []
      if (before.some((id, at) => ids[at] !== id))
        this.blame(`${name}: a reader of committed records has seen others before`)
      for (const id of ids.slice(before.length)) this.checkSeen(id, name)
      this.seen.set(name, ids)
    }
    for (const [key, offset] of this.committedOffsets()) {
      if (offset < (this.seenOffsets.get(key) ?? 0n)) this.blame(`${key}: the committed offset went back to ${offset}`)
      this.seenOffsets.set(key, offset)
      const by = this.stage.ledger.transactions.find(({ offsets }) => offsets.get(key) === offset)
      if (by === undefined || !mayBeSeen(by))
        this.blame(`${key}: offset ${offset} of ${by === undefined ? 'nobody' : nameOf(by)} is committed`)
    }
  }

  /** A successor was initialized: what its predecessors left is decided, everywhere. */
  checkDecided(transactionalId: string, clientId: string): void {
    const earlier = this.stage.ledger.transactions.filter(
      (it) => it.transactionalId === transactionalId && it.clientId !== clientId,
    )
    const committed = new Set<number>()
    for (const [topic, partition] of this.stage.partitions) {
      for (const id of this.committedBehindOthers(topic, partition)) committed.add(id)
    }
    this.checkWhole(earlier, committed)
  }

  /** What holds when everything is over. */
  judge(): void {
    const { cluster, ledger, partitions } = this.stage
    this.watch(true)
    const visible = new Set([...this.allRead('read_committed')].map(({ sent }) => sent.id))
    this.checkWhole(ledger.transactions, visible)
    for (const [topic, partition] of partitions) {
      const name = `${topic}-${partition}`
      this.checkOnceInOrder(name, 'read_committed', this.read(topic, partition, 'read_committed'))
      this.checkOnceInOrder(name, 'read_uncommitted', this.read(topic, partition, 'read_uncommitted'))
      const { lastStableOffset, endOffset, openTransactions } = cluster.partition(topic, partition)
      if (lastStableOffset !== endOffset) {
        const open = openTransactions.map(({ producerId, producerEpoch }) => `${producerId}/${producerEpoch}`).join(' ')
        this.blame(`${name}: a transaction is left open (${open}), from ${lastStableOffset} of ${endOffset}`)
      }
    }
    this.checkAcknowledged()
    this.checkOffsets()
    this.checkFenced()
  }

  /** All of a committed transaction, nothing of an aborted one, all or nothing of others. */
  private checkWhole(transactions: readonly Transaction[], visible: ReadonlySet<number>): void {
    for (const transaction of transactions) {
      const { records, fate, offsetsFailed } = transaction
      const count = records.filter(({ id }) => visible.has(id)).length
      const name = nameOf(transaction)
      if (fate === 'committed' && offsetsFailed) this.blame(`${name}: its sendOffsets has failed`)
      if (fate === 'committed' && count < records.length)
        this.blame(`${name}: ${count} of ${records.length} records are seen`)
      if (!mayBeSeen(transaction) && count > 0) this.blame(`${name}: ${count} records are seen`)
      if (count > 0 && count < records.length) {
        const failed = records.filter(({ outcome }) => outcome instanceof Error).length
        this.blame(`${name}: ${count} of ${records.length} records are seen, ${failed} have failed`)
      }
    }
  }

  private checkSeen(id: number, where: string): void {
    const transaction = this.stage.ledger.records[id]?.transaction
    if (transaction === undefined || mayBeSeen(transaction)) return
    this.blame(`${where}: record ${id} of ${nameOf(transaction)} is seen`)
  }

  private checkOnceInOrder(name: string, how: string, records: readonly Stored[]): void {
    const last = new Map<string, number>()
    for (const { sent } of records) {
      const { transactionalId } = sent.transaction
      const before = last.get(transactionalId) ?? -1
      if (sent.id === before) this.blame(`${name}: ${sent.id} is stored twice (${how})`)
      if (sent.id < before) this.blame(`${name}: ${sent.id} is stored behind ${before} (${how})`)
      last.set(transactionalId, Math.max(before, sent.id))
    }
  }

  /** What was acknowledged is where it was said to be; what failed for certain is not there. */
  private checkAcknowledged(): void {
    const stored = new Map([...this.allRead('read_uncommitted')].map((it) => [it.sent.id, it]))
    for (const { id, topic, outcome, transaction } of this.stage.ledger.records) {
      const found = stored.get(id)
      if (outcome === 'pending') continue
      if (outcome instanceof Error) {
        if (transaction.fate === 'committed')
          this.blame(`${nameOf(transaction)}: record ${id} has failed (${outcome.code})`)
        if (found !== undefined && !outcome.maybePersisted)
          this.blame(`${id} failed for certain (${outcome.code}) and was stored`)
      } else if (found === undefined) this.blame(`${id} was acknowledged and is not stored`)
      else if (
        outcome.offset !== -1n &&
        (outcome.offset !== found.record.offset || outcome.partition !== found.record.partition)
      ) {
        this.blame(
          `${id} is at ${topic}-${found.record.partition} ${found.record.offset}, not at ${outcome.partition} ${outcome.offset}`,
        )
      }
    }
  }

  /** The latest committed transaction decides; one whose end nobody knows may, if it was committed. */
  private checkOffsets(): void {
    const committed = new Map(this.committedOffsets())
    const visible = new Set([...this.allRead('read_committed')].map(({ sent }) => sent.transaction))
    const expected = new Map<string, bigint>()
    for (const transaction of this.stage.ledger.transactions) {
      const isIn = transaction.fate === 'committed' || visible.has(transaction)
      const isOut = !mayBeSeen(transaction) || (!isIn && transaction.records.length > 0)
      for (const [key, offset] of transaction.offsets) {
        if (isOut || offset < (expected.get(key) ?? -1n)) continue
        if (isIn || committed.get(key) === offset) expected.set(key, offset)
      }
    }
    for (const key of new Set([...committed.keys(), ...expected.keys()])) {
      const [is, should] = [committed.get(key), expected.get(key)]
      if (is !== should) this.blame(`${key}: committed is ${is}, expected ${should}`)
    }
  }

  /** Whoever was fenced writes nothing and commits nothing afterwards. */
  private checkFenced(): void {
    const { cluster, ledger, partitions } = this.stage
    const lives = new Map(ledger.lives.map((life) => [life.clientId, life]))
    for (const [topic, partition] of partitions) {
      const appended = cluster.log(topic, partition).filter(({ control }) => control === null)
      const byOffset = this.read(topic, partition, 'read_uncommitted')
      for (const { baseOffset, appendedAt } of appended) {
        const life = lives.get(
          byOffset.find(({ record }) => record.offset === baseOffset)?.sent.transaction.clientId ?? '',
        )
        if (life !== undefined && appendedAt > life.supersededAt) {
          this.blame(
            `${topic}-${partition}: ${life.clientId} wrote at ${appendedAt}, fenced since ${life.supersededAt}`,
          )
        }
      }
    }
    for (const transaction of ledger.transactions) {
      const { clientId, began, fate, records, offsets } = transaction
      const isLate = began > (lives.get(clientId)?.supersededAt ?? Number.POSITIVE_INFINITY)
      if (isLate && fate === 'committed' && records.length + offsets.size > 0)
        this.blame(`${nameOf(transaction)}: was fenced before`)
    }
  }

  private committedOffsets(): [key: string, offset: bigint][] {
    return this.stage.groups.flatMap((group) =>
      this.stage.cluster
        .committedOffsets(group)
        .map(({ partition, offset }): [string, bigint] => [`${group}/${INPUT}-${partition}`, offset]),
    )
  }

  /** Ids of committed records; those that open transactions of others hide from readers for a while are among them. */
  private committedBehindOthers(topic: string, partition: number): number[] {
    const ids = new Map(
      this.read(topic, partition, 'read_uncommitted').map(({ record, sent }) => [record.offset, sent.id]),
    )
    const open = new Map<bigint, number[]>()
    const committed: number[] = []
    for (const { producerId, control, baseOffset, lastOffset } of this.stage.cluster.log(topic, partition)) {
      const own = open.get(producerId) ?? []
      if (control === null) {
        for (let offset = baseOffset; offset <= lastOffset; offset++) own.push(ids.get(offset) ?? -1)
        open.set(producerId, own)
      } else {
        open.delete(producerId)
        if (control === 'commit') committed.push(...own)
      }
    }
    return committed
  }

  private *allRead(isolation: Isolation): Generator<Stored> {
    for (const [topic, partition] of this.stage.partitions) yield* this.read(topic, partition, isolation)
  }

  private read(topic: string, partition: number, isolation: Isolation): Stored[] {
    return this.stage.cluster.records(topic, partition, { isolation }).map((record) => {
      const sent = this.stage.ledger.records[idOf(record)]
      if (sent === undefined) throw new Error(`${topic}-${partition}: a record at ${record.offset} that nobody sent`)
      return { record, sent }
    })
  }

  private blame(what: string): void {
    this.stage.ledger.blame(`${what} [at ${Math.round(this.stage.clock.now())} ms]`)
  }
}

type Isolation = 'read_committed' | 'read_uncommitted'

interface Stored {
  readonly record: StoredRecord
  readonly sent: Sent
}

const decoder = new TextDecoder()

function idOf({ value }: StoredRecord): number {
  return Number(decoder.decode(value ?? undefined).split(':')[0])
}
