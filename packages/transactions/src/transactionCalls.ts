import type { ConsumerGroupMetadata, RunOptions, TransactionOffset, Transactions } from './handle.ts'
import { boundedWait } from './boundedWait.ts'
import { checkOffsets } from './offsets.ts'
import { runTransaction } from './runTransaction.ts'
import type { TransactionState } from './states.ts'
import type { TransactionGuard } from './transactionGuard.ts'

/** The application's side of transactions. */
export class TransactionCalls implements Transactions {
  private readonly guard: TransactionGuard

  constructor(guard: TransactionGuard) {
    this.guard = guard
  }

  get state(): TransactionState {
    return this.guard.status.state
  }

  init(): Promise<void> {
    const { status, started } = this.guard
    return started.operations.run('init', () => {
      status.call('init')
      return started.coordination.initialize()
    })
  }

  begin(): void {
    const { status, started } = this.guard
    started.operations.check('begin')
    status.call('begin')
    started.coordination.begin()
  }

  commit(): Promise<void> {
    const { status, started } = this.guard
    return started.operations.run('commit', () => {
      status.call('commit')
      return started.coordination.commit()
    })
  }

  abort(): Promise<void> {
    const { status, started } = this.guard
    return started.operations.run('abort', () => {
      const cause = status.error
      status.call('abort')
      return started.coordination.abort(cause)
    })
  }

  async sendOffsets(offsets: readonly TransactionOffset[], group: ConsumerGroupMetadata): Promise<void> {
    const { status, started } = this.guard
    checkOffsets(offsets, group)
    started.operations.check('sendOffsets')
    status.checkOpen('sendOffsets')
    if (offsets.length === 0) return
    const copies = offsets.map((offset) => ({ ...offset }))
    const outcome = started.coordination.commitOffsets(copies, { ...group })
    outcome.catch(() => {})
    await boundedWait(started.control, 'sendOffsets', outcome)
  }

  run<T>(work: () => T | PromiseLike<T>, options: RunOptions = {}): Promise<Awaited<T>> {
    const { status, started } = this.guard
    return runTransaction(this, status, started.control, work, options)
  }
}
