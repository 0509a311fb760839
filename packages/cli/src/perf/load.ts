import type { Clock } from '@posthorn/contracts'
import { KafkaError, type Producer, type Transactions } from 'posthorn'
import type { PerfTally } from './perfTally.ts'

/** What is sent, how fast, and to whom. */
export interface Load {
  readonly producer: Producer<Uint8Array | string, Uint8Array | string>
  readonly topic: string
  readonly values: readonly Uint8Array[]
  /** Infinity for no limit; so are the next two. */
  readonly records: number
  readonly durationMs: number
  readonly rate: number
  /** Of a transactional producer, and how many records one transaction has. */
  readonly transactions: { readonly handle: Transactions; readonly records: number } | null
  readonly clock: Clock
  readonly tally: PerfTally
  readonly stop: AbortSignal
}

/** How long the loop sleeps when nothing is due. */
const TICK_MS = 1
/** How many records share a look at the clock. */
const PER_LOOK = 16
/** Requests, answers and signals get their turn after so many bytes. */
const TURN_BYTES = 65_536
const RECORD_OVERHEAD_BYTES = 8

/**
 * Sends records until there were enough of them, the time is over, or it is stopped. Without a rate a record's wait
 * begins when it is sent; with one, when it was due, so that a cluster that stands still is not made to look better by
 * the records that it kept from being sent.
 */
export async function sendLoad(load: Load): Promise<void> {
  const { transactions, records, clock, durationMs, stop } = load
  const startMs = clock.now()
  const state = { sent: 0, sinceTurn: 0 }
  const isOver = (): boolean => stop.aborted || state.sent >= records || clock.now() - startMs >= durationMs
  if (transactions === null) {
    await sendUntil(load, startMs, state, records, isOver)
    return
  }
  while (!isOver()) {
    transactions.handle.begin()
    await sendUntil(load, startMs, state, Math.min(records, state.sent + transactions.records), isOver)
    await finish(transactions.handle, load)
  }
}

/** Commits, or aborts what cannot be committed; throws when there can be no other transaction. */
async function finish(handle: Transactions, { clock, tally }: Load): Promise<void> {
  const startMs = clock.now()
  try {
    await handle.commit()
    tally.commit.record(clock.now() - startMs)
    tally.committed++
  } catch (error) {
    if (!(error instanceof KafkaError) || error.severity === 'fatal') throw error
    tally.aborted++
    await handle.abort()
  }
}

async function sendUntil(
  { producer, topic, values, rate, clock, tally }: Load,
  startMs: number,
  state: { sent: number; sinceTurn: number },
  target: number,
  isOver: () => boolean,
): Promise<void> {
  // The producer needs it only during the call, so one does for all.
  const record = { topic, value: values[0]! }
  while (state.sent < target && !isOver()) {
    const now = clock.now()
    const due = rate === Number.POSITIVE_INFINITY ? target : Math.floor(((now - startMs) * rate) / 1000)
    if (state.sent >= due) {
      await passed(clock, TICK_MS)
      continue
    }
    const until = Math.min(target, due, state.sent + PER_LOOK)
    while (state.sent < until) {
      record.value = values[state.sent % values.length]!
      const sinceMs = rate === Number.POSITIVE_INFINITY ? now : startMs + (state.sent * 1000) / rate
      const outcome = tally.outcomeOf(record.value.length, sinceMs)
      try {
        while (!producer.trySend(record, outcome)) {
          await producer.ready()
          if (isOver()) return
        }
        tally.sent++
      } catch (error) {
        if (!(error instanceof KafkaError) || error.severity === 'fatal') throw error
        tally.sent++
        tally.onFailed(error)
        // The transaction can only be aborted, which its end finds out.
        if (error.severity === 'abortable') return
      }
      state.sent++
      state.sinceTurn += record.value.length + RECORD_OVERHEAD_BYTES
    }
    if (state.sinceTurn < TURN_BYTES) continue
    state.sinceTurn = 0
    await passed(clock, 0)
  }
}

function passed(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.schedule(ms, resolve))
}
