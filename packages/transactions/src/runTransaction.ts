import type { ControlPlane } from '@posthorn/contracts'
import { KafkaError, RecordError } from '@posthorn/contracts'
import type { RunOptions, Transactions } from './handle.ts'
import type { Status } from './status.ts'

const DEFAULT_MAX_ATTEMPTS = 5

/** See {@link Transactions.run}. */
export async function runTransaction<T>(
  calls: Pick<Transactions, 'init' | 'begin' | 'commit' | 'abort'>,
  status: Status,
  control: ControlPlane,
  work: () => T | PromiseLike<T>,
  { maxAttempts = DEFAULT_MAX_ATTEMPTS }: RunOptions,
): Promise<Awaited<T>> {
  if (!(maxAttempts >= 1)) {
    const message = `maxAttempts of run: expected 1 or more, received ${String(maxAttempts)}`
    throw new RecordError('INVALID_ARGUMENT', message)
  }
  if (status.state === 'UNINITIALIZED' || status.state === 'INITIALIZING') await toItsEnd(() => calls.init())
  for (let attempt = 1; ; attempt++) {
    calls.begin()
    try {
      const result = await work()
      await toItsEnd(() => calls.commit())
      return result
    } catch (error) {
      const { error: own, state } = status
      if (state === 'FATAL_ERROR' || !status.isOngoing) throw error
      await toItsEnd(() => calls.abort())
      if (own?.retriable !== true || attempt >= maxAttempts) throw error
    }
    await control.delay(control.backoffMs(attempt - 1))
  }
}

/** Calls again as long as only the wait has ended. */
async function toItsEnd(call: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await call()
      return
    } catch (error) {
      if (!(error instanceof KafkaError) || error.code !== 'TRANSACTION_TIMEOUT') throw error
    }
  }
}
