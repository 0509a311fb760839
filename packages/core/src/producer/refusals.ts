import { BufferExhaustedError } from '@posthorn/contracts'
import type { RecordAccumulator } from '../accumulator/accumulator.ts'
import { withoutStack } from '../values/withoutStack.ts'

/**
 * Errors of sends that may not even wait. An application that never awaits may get thousands of them in a turn; those of
 * one turn that would say the same are one, which outlives the turn in nobody's hands but the application's.
 */
export class Refusals {
  private readonly accumulator: RecordAccumulator
  private readonly maxWaitingBytes: number
  private latest: BufferExhaustedError | null = null
  /** What the latest one says. */
  private waiting = 0
  private records = 0
  private freeBytes = 0

  constructor(accumulator: RecordAccumulator, maxWaitingBytes: number) {
    this.accumulator = accumulator
    this.maxWaitingBytes = maxWaitingBytes
  }

  /** The error for a send while `waiting` others wait. */
  error(topic: string, waiting: number): BufferExhaustedError {
    const { latest } = this
    const { bufferedRecords, pool } = this.accumulator
    const same = waiting === this.waiting && bufferedRecords === this.records && pool.availableBytes === this.freeBytes
    return latest !== null && same && latest.topic === topic ? latest : this.make(topic, waiting)
  }

  /** Apart from {@link error}: its closure would cost every refusal an object. */
  private make(topic: string, waiting: number): BufferExhaustedError {
    const { accumulator } = this
    if (this.latest === null) void Promise.resolve().then(this.forget)
    const message =
      `no room for the record: ${waiting} sends wait already (maxWaitingBytes = ${this.maxWaitingBytes}), ` +
      accumulator.describeRoom()
    const error = withoutStack(() => new BufferExhaustedError(message, { topic }))
    this.latest = error
    this.waiting = waiting
    this.records = accumulator.bufferedRecords
    this.freeBytes = accumulator.pool.availableBytes
    return error
  }

  private readonly forget = (): void => {
    this.latest = null
  }
}
