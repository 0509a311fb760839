import type { ControlPlane } from '@posthorn/contracts'
import { StateError } from '@posthorn/contracts'
import { boundedWait } from './boundedWait.ts'

/** Calls that only one of can be at work. */
export type OperationName = 'init' | 'commit' | 'abort'

/** A call at work. */
interface Operation {
  readonly name: OperationName
  readonly outcome: Promise<void>
}

/**
 * The call that is at work. A caller waits at most `maxBlockMs`; the work goes on, and nothing but the same call is
 * allowed until somebody has heard how it ended (PRD-25, TXN-14).
 */
export class Operations {
  private readonly control: ControlPlane
  private current: Operation | null = null

  constructor(control: ControlPlane) {
    this.control = control
  }

  /** Does `work`, or waits again for the same call's. What `work` throws at once changes nothing. */
  async run(name: OperationName, work: () => Promise<void>): Promise<void> {
    this.check(name)
    const operation = (this.current ??= { name, outcome: work() })
    let heard = true
    try {
      await boundedWait(this.control, name, operation.outcome)
    } catch (error) {
      heard = (error as { code?: unknown }).code !== 'TRANSACTION_TIMEOUT'
      throw error
    } finally {
      if (heard && this.current === operation) this.current = null
    }
  }

  /** Throws while another call is at work. */
  check(name: string): void {
    const { current } = this
    if (current === null || current.name === name) return
    const message = `${name} is not allowed while ${current.name} is not over; call ${current.name} again to wait for it`
    throw new StateError('INVALID_TXN_STATE', message)
  }

  /** Resolves when nothing is at work. */
  async idle(): Promise<void> {
    await this.current?.outcome.catch(() => {})
  }
}
