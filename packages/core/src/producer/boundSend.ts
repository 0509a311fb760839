import type { Clock, RecordMetadata, Timer } from '@posthorn/contracts'
import { KafkaError, noTimer, RecordError, TimeoutError } from '@posthorn/contracts'
import type { Resolve } from '../accumulator/answers.ts'
import type { AbortGroups } from './abortGroups.ts'
import type { PendingSend } from './pendingSend.ts'
import type { SendOptions } from './producer.ts'
import type { WaitingRoom } from './waitingRoom.ts'

/** Why the options of a `send` cannot be; `null` when they can. */
export function checkSendOptions({ timeoutMs }: SendOptions): RecordError | null {
  if (timeoutMs === undefined || timeoutMs >= 0) return null
  return new RecordError('INVALID_ARGUMENT', `timeoutMs of send: expected 0 or more ms, received ${String(timeoutMs)}`)
}

/**
 * One `send` with a deadline or a signal of its own. Until the record is in a batch both call it back; afterwards they
 * only end the caller's wait, because a batch is not written anew.
 */
export class BoundSend {
  /** The record while it waits for metadata, memory or a serializer. */
  pending: PendingSend | null = null
  /** What the record's outcome is told to. */
  readonly answer: Resolve
  /** What the caller gets. */
  readonly promise: Promise<RecordMetadata>
  private readonly options: SendOptions
  private readonly room: WaitingRoom
  private readonly aborts: AbortGroups
  private settle!: Resolve
  private settled = false
  private timer: Timer = noTimer
  private topic = ''
  private partition = -1

  constructor(options: SendOptions, room: WaitingRoom, aborts: AbortGroups) {
    this.options = options
    this.room = room
    this.aborts = aborts
    this.promise = new Promise((resolve) => {
      this.settle = resolve
    })
    this.answer = (outcome) => {
      if (!this.settled) this.finish(outcome)
      // Nobody waits any more, and a rejection must not look as if somebody had forgotten it.
      else if (outcome instanceof Promise) outcome.catch(() => {})
    }
  }

  /** The record was taken, into a batch of that partition unless it is pending: from here on the limits hold. */
  start(clock: Clock, topic: string, partition: number): void {
    if (this.settled) return
    this.topic = topic
    this.partition = partition
    const { signal, timeoutMs } = this.options
    if (signal !== undefined) this.aborts.add(signal, this.onAbort)
    if (timeoutMs === undefined || timeoutMs === Number.POSITIVE_INFINITY) return
    // In the background: what the record itself waits for keeps the process alive.
    this.timer = clock.schedule(timeoutMs, () => this.onDeadline(timeoutMs), true)
  }

  private readonly onAbort = (): void => {
    // Another send of the same signal may have brought about the end of this one.
    if (this.settled) return
    const { pending } = this
    const reason: unknown = this.options.signal?.reason
    if (pending !== null && !pending.done) this.room.giveUp(pending, reason)
    else
      this.giveUp((details) => new KafkaError('SEND_ABORTED', `aborted; ${ON_ITS_WAY}`, { ...details, cause: reason }))
  }

  private onDeadline(timeoutMs: number): void {
    const { pending, room } = this
    const limit = `${timeoutMs} ms (timeoutMs of send)`
    if (pending !== null && !pending.done) room.giveUp(pending, room.timeoutOf(pending, limit))
    else
      this.giveUp(
        (details) => new TimeoutError('DELIVERY_TIMEOUT', `no outcome within ${limit}; ${ON_ITS_WAY}`, details),
      )
  }

  private giveUp(errorOf: (details: GivenUp) => KafkaError): void {
    const partition = this.pending?.partition ?? this.partition
    this.finish(Promise.reject(errorOf({ topic: this.topic, partition, retriable: true, maybePersisted: true })))
  }

  private finish(outcome: RecordMetadata | Promise<RecordMetadata>): void {
    this.settled = true
    this.timer.cancel()
    const { signal } = this.options
    if (signal !== undefined) this.aborts.remove(signal, this.onAbort)
    this.settle(outcome)
  }
}

/** What is known of a record whose caller waits no longer. It will be sent still, so it may always be stored. */
interface GivenUp {
  readonly topic: string
  readonly partition: number
  readonly retriable: true
  readonly maybePersisted: true
}

const ON_ITS_WAY = 'the record is in a batch and goes its way'
