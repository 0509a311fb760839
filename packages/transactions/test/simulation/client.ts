import type { RecordMetadata } from '@posthorn/contracts'
import { createProducer } from 'posthorn'
import type { Transactions } from '../../src/handle.ts'
import { transactions } from '../../src/transactions.ts'
import type { Draw } from './draw.ts'
import { Crash, Lifeline } from './lifeline.ts'
import type { Life, Transaction } from './ledger.ts'
import { outcomeOf, type Stage } from './stage.ts'
import { hooksTo, loggerTo } from './trace.ts'

/** What is the same for all clients of an application. */
export interface Configuration {
  readonly batchSize: number
  readonly lingerMs: number
  readonly maxInFlightRequestsPerConnection: number
  readonly requestTimeoutMs: number
  readonly deliveryTimeoutMs: number
  readonly maxBlockMs: number
  readonly retryBackoffMs: number
  readonly transactionTimeoutMs: number
  readonly compression: 'none' | 'gzip'
}

/** Options of clients: some have time for everything, the batches of others expire. */
export function drawConfiguration({ below, chance, pick }: Draw, isCalm: boolean): Configuration {
  const requestTimeoutMs = 200 + below(1300)
  const lingerMs = below(12)
  const isHasty = chance(0.4) && !isCalm
  return {
    batchSize: 100 + below(900),
    lingerMs,
    maxInFlightRequestsPerConnection: 1 + below(5),
    requestTimeoutMs,
    deliveryTimeoutMs: isHasty ? requestTimeoutMs + lingerMs + below(900) : 120_000,
    maxBlockMs: isCalm ? 60_000 : pick([300, 1500, 60_000]),
    retryBackoffMs: pick([10, 50, 100]),
    transactionTimeoutMs: isCalm ? 60_000 : pick([700, 3000, 60_000, 60_000]),
    compression: chance(0.15) ? 'gzip' : 'none',
  }
}

/** A process with one producer in it. */
export class Client {
  readonly life: Life
  readonly lifeline: Lifeline = new Lifeline()
  readonly delivery: Transactions
  /** Records whose outcome is not known yet. */
  pending = 0
  private readonly stage: Stage
  private readonly producer
  /** Steps of its script until it crashes. */
  private stepsLeft: number

  constructor(stage: Stage, transactionalId: string, configuration: Configuration, crashes: boolean) {
    const { cluster, clock, draw, ledger } = stage
    const clientId = `${transactionalId}.${ledger.lives.length}`
    const { transactionTimeoutMs, ...options } = configuration
    this.stage = stage
    this.life = ledger.born(clientId, transactionalId)
    const say = (what: string, facts: object): void => stage.say(`${clientId} ${what}`, facts)
    this.producer = createProducer({
      ...options,
      clientId,
      bootstrapServers: cluster.bootstrapServers,
      transport: this.lifeline.transport(cluster.transport({ chunking: draw.chance(0.2) })),
      delivery: transactions({ transactionalId, transactionTimeoutMs }),
      random: draw.random,
      clock: this.lifeline.clock(clock),
      ...(stage.trace !== null && { logger: loggerTo(say), hooks: [() => hooksTo(say)] }),
    })
    this.delivery = this.producer.delivery
    this.stepsLeft = crashes && draw.chance(0.3) ? draw.below(40) : Number.POSITIVE_INFINITY
    if (crashes && draw.chance(0.3)) this.crashAtRequest()
    say('starts', configuration)
  }

  /** The promise, until the client crashes. */
  alive<T>(promise: PromiseLike<T>): Promise<T> {
    const result = this.lifeline.alive(promise)
    result.catch(() => {})
    this.step()
    return result
  }

  /** One step of the script: the client may crash at each. */
  step(): void {
    if (this.stepsLeft-- === 0) this.crash('at a step')
    if (this.lifeline.dead) throw new Crash('the client has crashed')
  }

  /** Ends the process. */
  crash(when: string): void {
    this.stage.say(`${this.life.clientId} crashes`, { when })
    this.lifeline.crash()
  }

  /** Sends a record; resolves, and never rejects, when its outcome is known. */
  send(transaction: Transaction, topic: string, partition: number | undefined): Promise<RecordMetadata | Error> {
    const sent = this.stage.ledger.send(transaction, topic)
    this.pending++
    const value = `${sent.id}:${'x'.repeat(this.stage.draw.below(40))}`
    const key = `k${this.stage.draw.below(9)}`
    return outcomeOf(this.producer.send({ topic, key, value, ...(partition !== undefined && { partition }) })).then(
      (outcome) => {
        this.pending--
        sent.outcome = outcome
        return outcome
      },
    )
  }

  /** Closes the producer. Afterwards nothing of it may be left. */
  async close(timeoutMs?: number): Promise<void> {
    await this.alive(this.producer.close({ timeoutMs }))
    await this.alive(this.stage.pause(0))
    const { pending, lifeline, life } = this
    const { ledger } = this.stage
    if (pending > 0) ledger.blame(`${life.clientId}: ${pending} records are not settled after close`)
    if (lifeline.timers > 0) ledger.blame(`${life.clientId}: ${lifeline.timers} timers are left after close`)
  }

  /** Has it crash when one of its requests arrives, before or after that is run. */
  private crashAtRequest(): void {
    const { below, pick, chance } = this.stage.draw
    const api = pick([
      'InitProducerId',
      'AddPartitionsToTxn',
      'AddOffsetsToTxn',
      'TxnOffsetCommit',
      'EndTxn',
      'Produce',
    ])
    const cutBefore = chance(0.5)
    let left = below(api === 'Produce' ? 20 : 8)
    const { remove } = this.stage.cluster.intercept(api, ({ clientId }) => {
      if (clientId !== this.life.clientId || left-- > 0) return undefined
      remove()
      this.crash(`${cutBefore ? 'before' : 'behind'} ${api}`)
      return cutBefore ? { cutBefore } : undefined
    })
  }
}
