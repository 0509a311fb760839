import type { Delivery, DeliveryGuard, GuardedBatch, PartitionRef, Plugin, Verdict } from '@posthorn/contracts'
import { brokerError, errorCode } from '@posthorn/protocol'
import { check, ConformanceError } from '../checks.ts'
import { conformanceEnv, type ConformanceEnv } from '../env.ts'
import { ScriptedBatch } from './scriptedBatch.ts'
import { ScriptedControl } from './scriptedControl.ts'

/** What the kit for delivery plugins needs to know. */
export interface DeliverySetup<Handle = unknown> {
  /** Makes the plugin, as an application would. Called for each case. */
  readonly create: () => Plugin<Delivery<Handle>>
  /** What an application calls before its first record, if anything: a transaction begins. */
  readonly begin?: ((handle: Handle) => Promise<void> | void) | undefined
}

/** How an attempt ended, beside its error. */
export interface Attempt {
  /** The broker may have stored the batch. Default false. */
  readonly uncertain?: boolean
  /** Retries and time are left. Default true. */
  readonly retriesLeft?: boolean
}

/** As long as a guard may take to get ready, or to close, ms of virtual time. */
const LIMIT_MS = 60_000

/** A sender whose every step a case decides. */
export class Rig {
  readonly env: ConformanceEnv = conformanceEnv()
  readonly control: ScriptedControl = new ScriptedControl(this.env)
  readonly guard: DeliveryGuard
  private readonly begins: () => Promise<void> | void

  constructor(setup: DeliverySetup, plugin: Plugin<Delivery<unknown>> = setup.create()) {
    const { guard, handle } = plugin(this.env)
    this.guard = guard
    this.begins = () => setup.begin?.(handle)
    this.control.onAbandoned = (batch) => guard.onAbandoned(batch)
    guard.attach(this.control)
  }

  /** What an application does before its first record. */
  async begin(): Promise<void> {
    const begun = this.begins()
    if (begun !== undefined) await this.env.clock.runUntil(begun, { limitMs: LIMIT_MS })
  }

  /** A guard that lets records go to these partitions, and whose brokers have stored one of each. */
  async ready(...partitions: readonly PartitionRef[]): Promise<this> {
    await this.begin()
    for (const each of partitions) {
      const first = this.open(each, 1)
      await this.allowed(first)
      this.attempt(first)
      this.store(first)
    }
    return this
  }

  /** Runs passes until a batch may go. */
  async allowed(batch: ScriptedBatch): Promise<void> {
    for (let i = 0; i < 50; i++) {
      this.pass()
      if (this.guard.mayDrain(batch)) return
      await this.env.clock.advance(100)
    }
    throw new ConformanceError('a batch: expected to be let go at some time, found that it never is')
  }

  /** A pass of the sender begins. */
  pass(): void {
    this.guard.onPass(this.env.clock.now())
  }

  /** A new batch. */
  open(partition: PartitionRef, records: number): ScriptedBatch {
    this.guard.onOpened(partition)
    return new ScriptedBatch(partition, records)
  }

  /** Drains a batch; false when the guard does not let it go. */
  drain(batch: ScriptedBatch): boolean {
    if (!this.guard.mayDrain(batch)) return false
    this.attempt(batch)
    return true
  }

  /** Drains a new batch, which has to be let go. */
  send(partition: PartitionRef, records: number): ScriptedBatch {
    const batch = this.open(partition, records)
    check(this.drain(batch), 'a new batch: expected to be let go, found that it is not')
    return batch
  }

  store(batch: ScriptedBatch, offset = 0n): void {
    batch.inFlight = false
    this.guard.onCompleted(batch, offset)
  }

  /** Ends an attempt with an error of Kafka's, and does what the guard says. */
  refuse(batch: ScriptedBatch, name: string, { uncertain = false, retriesLeft = true }: Attempt = {}): Verdict {
    batch.inFlight = false
    batch.maybePersisted ||= uncertain
    const code = errorCode(name)
    const failure = { errorCode: code, error: brokerError(code), logStartOffset: -1n }
    const verdict = this.guard.judge(batch, failure)
    if (verdict === 'complete') this.guard.onCompleted(batch, -1n)
    else if (verdict === 'fail' || !retriesLeft) this.guard.onFailed(batch, failure, retriesLeft)
    return verdict
  }

  /** The connection was lost before the answer. */
  lose(batch: ScriptedBatch): Verdict {
    return this.refuse(batch, 'NETWORK_EXCEPTION', { uncertain: true })
  }

  /** Its time is over. */
  expire(batch: ScriptedBatch): void {
    const wasOut = batch.inFlight
    batch.maybePersisted ||= wasOut
    batch.inFlight = false
    this.guard.onExpired(batch, batch.attempts > 0, brokerError(errorCode('REQUEST_TIMED_OUT')))
    if (wasOut) this.guard.onRequestOver?.(batch)
  }

  /** Divides a batch that the broker found too large. */
  split(batch: ScriptedBatch, sizes: readonly number[]): ScriptedBatch[] {
    batch.inFlight = false
    const pieces = sizes.map((size) => new ScriptedBatch(batch.partition, size))
    this.guard.onSplit(batch, pieces)
    return pieces
  }

  /** The order in which the guard wants stamped batches sent. */
  ordered(batches: readonly GuardedBatch[]): GuardedBatch[] {
    return [...batches].sort((a, b) => this.guard.compare(a, b))
  }

  /** A graceful close, or a forced one. */
  async close(graceful = true): Promise<void> {
    if (graceful) {
      this.guard.onCloseCalled?.()
      const closing = this.guard.onClosing?.()
      if (closing !== undefined) await this.env.clock.runUntil(closing, { limitMs: LIMIT_MS })
    }
    this.control.close()
    this.guard.close()
    await this.env.clock.advance(0)
  }

  private attempt(batch: ScriptedBatch): void {
    batch.stamp ??= this.guard.stamp(batch)
    batch.attempts++
    batch.inFlight = true
  }
}

/** A partition with a name of its own. */
export function partition(number = 0): PartitionRef {
  return { topic: 'orders', partition: number }
}
