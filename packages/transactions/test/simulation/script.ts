import { KafkaError } from '@posthorn/contracts'
import { INPUT, INPUT_PARTITIONS } from './clusters.ts'
import type { Client } from './client.ts'
import { Crash } from './lifeline.ts'
import type { Transaction } from './ledger.ts'
import { groupsOf, type Stage } from './stage.ts'

/** What work throws that wants its transaction aborted. */
class Unwanted extends Error {}

/** Attempts at one call, each of which may wait for `maxBlockMs`. */
const MAX_ATTEMPTS = 4000

/** What the application of one client does. */
export class Script {
  private readonly stage: Stage
  readonly client: Client
  /** Whether it has closed its producer. */
  isClosed = false
  /** Whether it gave that so little time that what was open may have been given up. */
  private isForced = false

  constructor(stage: Stage, client: Client) {
    this.stage = stage
    this.client = client
  }

  /** Whether another transaction may begin; initializes again where only a permission was missing. */
  async canGoOn(mayInitialize: boolean): Promise<boolean> {
    if (this.isClosed) return false
    const { delivery } = this.client
    if (delivery.state === 'UNINITIALIZED' && mayInitialize) return this.initialize()
    if (delivery.state === 'ABORTABLE_ERROR') await this.toItsEnd('abort', () => delivery.abort())
    return delivery.state === 'READY'
  }

  /** Initializes; false when that has failed for good. */
  async initialize(): Promise<boolean> {
    const { client, stage } = this
    const error = await this.toItsEnd('init', () => client.delivery.init())
    if (error === null) {
      stage.ledger.initialized(client.life, stage.clock.now())
      stage.onInitialized(client.life)
      stage.say(`${client.life.clientId} is initialized`)
      return true
    }
    if (error.severity === 'recoverable') return this.initialize()
    await this.close()
    return false
  }

  /** One transaction, ended as it comes. */
  async transaction(): Promise<void> {
    const { draw } = this.stage
    if (draw.chance(0.3)) await this.byRun()
    else await this.byHand(draw.chance(0.25))
  }

  /** A record for every partition, committed; false when that could not be. */
  async commitOne(): Promise<boolean> {
    const { client, stage } = this
    const transaction = this.begin()
    const sends = stage.partitions.map(([topic, partition]) => client.send(transaction, topic, partition))
    await this.sendOffsets(transaction)
    const committed = await this.commit(transaction)
    await Promise.all(sends)
    return committed
  }

  /** Closes, with whatever is open. */
  async close(): Promise<void> {
    const { client, stage } = this
    const { draw } = stage
    const { life, delivery } = client
    if (this.isClosed) return
    this.isClosed = true
    if (life.current?.fate === 'open') life.current.fate = 'aborted'
    const timeoutMs = draw.chance(0.1) ? draw.below(1000) : undefined
    this.isForced = timeoutMs !== undefined
    stage.say(`${life.clientId} closes`, { state: delivery.state, timeoutMs })
    const closed = client.close(timeoutMs)
    this.tryBegin()
    await closed
    stage.say(`${life.clientId} is closed`)
    this.tryBegin()
    const { transactionalId, clientId } = life
    const isLast = stage.ledger.lives.findLast((it) => it.transactionalId === transactionalId) === life
    if (!isLast || timeoutMs !== undefined || delivery.state === 'FATAL_ERROR') return
    // What is open was left by one that crashed, and this one never came to the point of aborting it.
    if (!stage.ledger.transactions.some((it) => it.clientId === clientId)) return
    if (stage.cluster.transaction(transactionalId)?.state !== 'Ongoing') return
    stage.ledger.blame(`${clientId}: a transaction is left open after close`)
  }

  private tryBegin(): void {
    try {
      this.client.delivery.begin()
    } catch {
      return
    }
    this.stage.ledger.blame(`${this.client.life.clientId}: a transaction begins after close`)
  }

  private begin(): Transaction {
    const { client, stage } = this
    client.delivery.begin()
    return this.begun(stage.ledger.begin(client.life, stage.clock.now()))
  }

  private begun(transaction: Transaction): Transaction {
    this.stage.say(`${transaction.clientId} begins`, { transaction: transaction.id })
    return transaction
  }

  private async byHand(isUnwanted: boolean): Promise<void> {
    const { client, stage } = this
    const transaction = this.begin()
    client.step()
    await this.work(transaction)
    if (stage.draw.chance(0.03)) return this.close()
    if (isUnwanted) await this.abort(transaction)
    else if (!(await this.commit(transaction)) && client.delivery.state === 'ABORTABLE_ERROR') {
      await this.abort(transaction)
    }
  }

  private async byRun(): Promise<void> {
    const { client, stage } = this
    const { draw, ledger, clock } = stage
    let transaction: Transaction | null = null
    const isUnwanted = draw.chance(0.2)
    try {
      await client.alive(
        client.delivery.run(
          async () => {
            if (transaction !== null) transaction.fate = 'aborted'
            transaction = this.begun(ledger.begin(client.life, clock.now()))
            await this.work(transaction)
            if (isUnwanted) throw new Unwanted()
            transaction.fate = 'committing'
          },
          { maxAttempts: 1 + draw.below(4) },
        ),
      )
      this.end(transaction, 'committed')
    } catch (error) {
      if (error instanceof Crash) this.end(transaction, 'unknown')
      if (!(error instanceof KafkaError || error instanceof Unwanted)) throw error
      stage.say(`${client.life.clientId} run fails`, { error })
      if (error instanceof KafkaError) this.expectSuccess('run', error)
      this.end(transaction, error instanceof KafkaError && error.severity === 'fatal' ? 'unknown' : 'aborted')
    }
  }

  private async work(transaction: Transaction): Promise<void> {
    const { client, stage } = this
    const { draw } = stage
    const sends: Promise<unknown>[] = []
    const count = draw.chance(0.1) ? 0 : draw.below(draw.pick([5, 50]))
    const partitions = draw.chance(0.5) ? stage.partitions : [draw.pick(stage.partitions)]
    const offsetsAt = draw.chance(0.35) ? draw.below(count + 1) : -1
    for (let sent = 0; sent <= count; sent++) {
      if (sent === offsetsAt) await this.sendOffsets(transaction)
      if (sent === count) break
      const [topic, partition] = draw.pick(partitions)
      sends.push(client.send(transaction, topic, draw.chance(0.7) ? partition : undefined))
      if (draw.chance(0.1)) await client.alive(stage.pause(draw.below(60)))
    }
    if (draw.chance(0.3)) await client.alive(Promise.all(sends))
  }

  private async sendOffsets(transaction: Transaction): Promise<void> {
    const { client, stage } = this
    const { draw, ledger } = stage
    const groupId = draw.pick(groupsOf(client.life.transactionalId))
    const offset = ledger.nextOffset()
    const partition = draw.below(INPUT_PARTITIONS)
    const member = { generationId: 1, memberId: 'm' }
    const group = { groupId, ...(stage.era.knowsMembers && draw.chance(0.5) && member) }
    const sent = client.delivery.sendOffsets([{ topic: INPUT, partition, offset }], group).then(
      () => {},
      (error: unknown) => {
        stage.say(`${transaction.clientId} sendOffsets fails`, { error })
        this.expectSuccess('sendOffsets', error as KafkaError)
        if ((error as KafkaError).code !== 'TRANSACTION_TIMEOUT') transaction.offsetsFailed = true
      },
    )
    transaction.offsets.set(`${groupId}/${INPUT}-${partition}`, offset)
    if (draw.chance(0.7)) await client.alive(sent)
  }

  /** Commits; false when that was refused, so that only abort or close are left. */
  private async commit(transaction: Transaction): Promise<boolean> {
    transaction.fate = 'committing'
    const error = await this.toItsEnd('commit', () => this.client.delivery.commit())
    if (error === null) this.end(transaction, 'committed')
    else this.end(transaction, error.severity === 'fatal' || transaction.commitSeen ? 'unknown' : 'aborted')
    if (error?.severity === 'recoverable') {
      this.stage.ledger.blame(`${transaction.clientId}: commit rejects with ${error.code}: ${error.message}`)
    }
    return error === null
  }

  private async abort(transaction: Transaction): Promise<void> {
    if (transaction.fate !== 'unknown') this.end(transaction, 'aborted')
    const { delivery } = this.client
    let error = await this.toItsEnd('abort', () => delivery.abort())
    while (error?.severity === 'abortable') error = await this.toItsEnd('abort', () => delivery.abort())
    if (error === null) this.end(transaction, 'aborted')
    if (error === null || error.severity === 'fatal' || delivery.state === 'UNINITIALIZED') return
    this.stage.ledger.blame(`${transaction.clientId}: abort rejects with ${error.code}: ${error.message}`)
  }

  private end(transaction: Transaction | null, fate: 'committed' | 'aborted' | 'unknown'): void {
    if (transaction === null) return
    if (fate === 'unknown' && transaction.fate !== 'committing') return
    transaction.fate = fate
    this.stage.say(`${transaction.clientId} ${fate}`, { transaction: transaction.id })
  }

  /** Calls again as long as only the wait has ended. Meanwhile nothing else is allowed (TXN-14). */
  private async toItsEnd(name: 'init' | 'commit' | 'abort', call: () => Promise<void>): Promise<KafkaError | null> {
    const { client, stage } = this
    for (let attempts = 0; attempts < MAX_ATTEMPTS; attempts++) {
      try {
        await client.alive(call())
        return null
      } catch (error) {
        if (error instanceof Crash) {
          if (client.life.current?.fate === 'committing') client.life.current.fate = 'unknown'
          throw error
        }
        if (!(error instanceof KafkaError)) throw error
        stage.say(`${client.life.clientId} ${name} fails`, { error, severity: error.severity })
        this.expectSuccess(name, error)
        if (error.code !== 'TRANSACTION_TIMEOUT') return error
        this.tryOther(name)
      }
    }
    throw new Error(`${name} did not end in ${MAX_ATTEMPTS} attempts`)
  }

  /** Where nothing goes wrong, only those fail that were fenced, or closed before they could end. */
  private expectSuccess(name: string, { code, message }: KafkaError): void {
    const { stage, client } = this
    if (this.isForced && code === 'PRODUCER_CLOSED') return
    // Who does not await it may abort meanwhile.
    if (name === 'sendOffsets' && code === 'TRANSACTION_ABORTED') return
    const { transactionalId } = client.life
    const isLast = stage.ledger.lives.findLast((it) => it.transactionalId === transactionalId) === client.life
    if (stage.isCalm && isLast) stage.ledger.blame(`${client.life.clientId}: ${name} fails with ${code}: ${message}`)
  }

  private tryOther(name: string): void {
    const { client, stage } = this
    if (!stage.draw.chance(0.2)) return
    const other = name === 'abort' ? client.delivery.commit() : client.delivery.abort()
    other.then(
      () => stage.ledger.blame(`${client.life.clientId}: another call was allowed while ${name} was not over`),
      () => {},
    )
  }
}
