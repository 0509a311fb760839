import type { BatchFailure, DeliveryGuard, GuardedBatch, PartitionRef, Verdict } from '@posthorn/contracts'
import { noopLogger } from '@posthorn/contracts'
import { brokerError, errorCode } from '@posthorn/protocol'
import { VirtualClock } from '@posthorn/testkit'
import { idempotence } from '@posthorn/idempotence'
import { ScriptedBatch } from '@posthorn/testkit/conformance/delivery'
import { ScriptedControl } from './scriptedControl.ts'

/** A partition with a name of its own. */
export function partition(number = 0): PartitionRef {
  return { topic: 'orders', partition: number }
}

/** How an attempt ended, beside its error. */
interface Attempt {
  readonly uncertain?: boolean
  readonly retriesLeft?: boolean
  readonly logStartOffset?: bigint
}

/** Asks and tells a guard what a sender would, step by step. */
export class ScriptedSender {
  readonly clock: VirtualClock = new VirtualClock()
  readonly control: ScriptedControl = new ScriptedControl()
  readonly guard: DeliveryGuard

  constructor() {
    const env = { clock: this.clock, random: () => 0.5, logger: noopLogger, clientId: 'test' }
    this.guard = idempotence()(env).guard
    this.control.onAbandoned = (batch) => this.guard.onAbandoned(batch)
    this.guard.attach(this.control)
  }

  /** A guard that has its producer id. */
  static async ready(producerEpoch = 0): Promise<ScriptedSender> {
    const sender = new ScriptedSender()
    sender.guard.onOpened(partition())
    await sender.control.answer({ producerEpoch })
    return sender
  }

  /** A guard that has its producer id, and whose batches the broker has stored before: one of one record each. */
  static async known(partitions: readonly PartitionRef[], producerEpoch = 0): Promise<ScriptedSender> {
    const sender = await ScriptedSender.ready(producerEpoch)
    for (const each of partitions) sender.succeed(sender.send(each, 1))
    return sender
  }

  /** Drains a new batch. */
  send(to: PartitionRef, records: number): ScriptedBatch {
    const batch = new ScriptedBatch(to, records)
    if (!this.drain(batch)) throw new Error('the guard lets nothing new go')
    return batch
  }

  /** Drains a batch if the guard lets it go. */
  drain(batch: ScriptedBatch): boolean {
    if (!this.guard.mayDrain(batch)) return false
    batch.stamp ??= this.guard.stamp(batch)
    batch.attempts++
    batch.inFlight = true
    return true
  }

  succeed(batch: ScriptedBatch, offset = 0n): void {
    batch.inFlight = false
    this.guard.onCompleted(batch, offset)
  }

  /** Ends an attempt with an error of Kafka's. `uncertain`: the broker may have stored the batch. */
  fail(
    batch: ScriptedBatch,
    name: string,
    { uncertain = false, retriesLeft = true, logStartOffset = -1n }: Attempt = {},
  ): Verdict {
    batch.inFlight = false
    batch.maybePersisted ||= uncertain
    const code = errorCode(name)
    const failure: BatchFailure = { errorCode: code, error: brokerError(code), logStartOffset }
    const verdict = this.guard.judge(batch, failure)
    if (verdict === 'complete') this.guard.onCompleted(batch, -1n)
    else if (verdict === 'fail' || !retriesLeft) this.guard.onFailed(batch, failure, retriesLeft)
    return verdict
  }

  /** The connection was lost before the answer. */
  lose(batch: ScriptedBatch): Verdict {
    return this.fail(batch, 'NETWORK_EXCEPTION', { uncertain: true })
  }

  expire(batch: ScriptedBatch): void {
    batch.maybePersisted ||= batch.inFlight
    this.guard.onExpired(batch, batch.attempts > 0, brokerError(errorCode('REQUEST_TIMED_OUT')))
  }

  split(batch: ScriptedBatch, sizes: readonly number[]): ScriptedBatch[] {
    batch.inFlight = false
    const pieces = sizes.map((size) => new ScriptedBatch(batch.partition, size))
    this.guard.onSplit(batch, pieces)
    return pieces
  }

  /** A pass of the sender begins. */
  pass(): void {
    this.guard.onPass(this.clock.now())
  }

  /** Whether a fresh batch may go. */
  takesNew(to: PartitionRef): boolean {
    return this.guard.mayDrain(new ScriptedBatch(to, 1))
  }

  /** The order in which the guard wants batches sent. */
  ordered(batches: readonly GuardedBatch[]): GuardedBatch[] {
    return [...batches].sort((a, b) => this.guard.compare(a, b))
  }
}
