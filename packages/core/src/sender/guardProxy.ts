import type { DeliveryGuard, GuardedBatch, KafkaError, Logger, ProducerStamp, Verdict } from '@posthorn/contracts'

/**
 * Asks and tells a guard, and holds what it throws: a question then counts as answered with no or fail.
 */
export class GuardProxy {
  readonly guard: DeliveryGuard
  private readonly logger: Logger

  constructor(guard: DeliveryGuard, logger: Logger) {
    this.guard = guard
    this.logger = logger
  }

  onPass(now: number): void {
    this.hold('onPass', () => this.guard.onPass(now))
  }

  mayDrain(batch: GuardedBatch): boolean {
    try {
      return this.guard.mayDrain(batch)
    } catch (error) {
      this.log('mayDrain', error)
      return false
    }
  }

  /** `null` when there is no stamp: the batch cannot be sent now. */
  stamp(batch: GuardedBatch): ProducerStamp | null {
    try {
      return this.guard.stamp(batch)
    } catch (error) {
      this.log('stamp', error)
      return null
    }
  }

  /** What throws counts as equal: the batch goes behind what is queued. */
  compare(a: GuardedBatch, b: GuardedBatch): number {
    try {
      return this.guard.compare(a, b)
    } catch (error) {
      this.log('compare', error)
      return 0
    }
  }

  judge(...args: Parameters<DeliveryGuard['judge']>): Verdict {
    try {
      return this.guard.judge(...args)
    } catch (error) {
      this.log('judge', error)
      return 'fail'
    }
  }

  onOpened(...args: Parameters<DeliveryGuard['onOpened']>): void {
    this.hold('onOpened', () => this.guard.onOpened(...args))
  }

  onCompleted(...args: Parameters<DeliveryGuard['onCompleted']>): void {
    this.hold('onCompleted', () => this.guard.onCompleted(...args))
  }

  onFailed(...args: Parameters<DeliveryGuard['onFailed']>): void {
    this.hold('onFailed', () => this.guard.onFailed(...args))
  }

  onExpired(...args: Parameters<DeliveryGuard['onExpired']>): void {
    this.hold('onExpired', () => this.guard.onExpired(...args))
  }

  onSplit(...args: Parameters<DeliveryGuard['onSplit']>): void {
    this.hold('onSplit', () => {
      this.guard.onSplit(...args)
    })
  }

  onAbandoned(batch: GuardedBatch): void {
    this.hold('onAbandoned', () => this.guard.onAbandoned(batch))
  }

  onRequestOver(batch: GuardedBatch): void {
    this.hold('onRequestOver', () => this.guard.onRequestOver?.(batch))
  }

  /** Tells of a record that never reached a batch; returns the error as the application is to see it. */
  onRefused(error: KafkaError): KafkaError {
    this.hold('onRefused', () => this.guard.onRefused?.(error))
    return this.outcomeOf(error)
  }

  onCloseCalled(): void {
    this.hold('onCloseCalled', () => this.guard.onCloseCalled?.())
  }

  /** What throws leaves the error as it is. */
  outcomeOf(error: KafkaError): KafkaError {
    try {
      return this.guard.outcomeOf?.(error) ?? error
    } catch (thrown) {
      this.log('outcomeOf', thrown)
      return error
    }
  }

  private hold(name: string, call: () => void): void {
    try {
      call()
    } catch (error) {
      this.log(name, error)
    }
  }

  private log(name: string, error: unknown): void {
    this.logger.error(`delivery guard ${this.guard.name} threw in ${name}`, { error })
  }
}
