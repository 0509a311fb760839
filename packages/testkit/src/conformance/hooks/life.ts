import type { Hooks, KafkaError, Metric, Plugin, ProducerServices } from '@posthorn/contracts'
import { StateError, TimeoutError } from '@posthorn/contracts'
import { check, runs, show } from '../checks.ts'
import { conformanceEnv, type ConformanceEnv } from '../env.ts'
import { events, type EventHook } from './events.ts'

/** As long as a producer waits for an answer at most, ms (`requestTimeoutMs`). */
const REQUEST_TIMEOUT_MS = 30_000

const metrics: readonly Metric[] = [
  metric('record-send-total', 'producer-metrics', 12),
  metric('request-latency-avg', 'producer-metrics', Number.NaN),
  metric('byte-total', 'producer-topic-metrics', 12_345, { topic: 'orders' }),
  metric('request-total', 'producer-node-metrics', 3, { 'node-id': 'node-1' }),
]

function metric(name: string, group: string, value: number, tags: Record<string, string> = {}): Metric {
  return { name, group, description: name, tags: { 'client-id': 'conformance', ...tags }, value: () => value }
}

/** A producer, from what hooks see of it. No broker of it ever answers a request of theirs. */
export class Life {
  readonly env: ConformanceEnv = conformanceEnv()
  readonly hooks: Hooks
  /** Calls of what was lent after it had to be given back. */
  usedAfterClose = 0
  private open = false
  private readonly unanswered = new Set<(error: KafkaError) => void>()

  constructor(plugin: Plugin<Hooks>) {
    this.hooks = plugin(this.env)
  }

  start(): void {
    this.open = true
    const lent: ProducerServices = {
      metrics: () => (this.use() ? metrics : []),
      maxVersion: () => (this.use() ? 0 : null),
      request: () => (this.use() ? this.neverAnswered() : Promise.reject(closed())),
    }
    this.hooks.onStart?.(lent)
  }

  /** Tells of one event; gives what the hook gave. */
  tell(hook: EventHook, event: object): unknown {
    const { hooks } = this
    const isNone = (hooks[hook] ?? null) === null
    const kind = typeof hooks[hook]
    check(isNone || kind === 'function', `${hook}: expected a function, found ${kind}`)
    return (hooks[hook] as ((event: object) => unknown) | undefined)?.call(hooks, event)
  }

  /** Tells of one event, which has to go well. */
  hears(hook: EventHook, event: object): void {
    runs(() => this.tell(hook, event), `${hook} with ${show(event)}`)
  }

  /** Tells of all there is. */
  watch(): void {
    for (const [hook, make] of events) for (const event of make()) this.hears(hook, event)
  }

  /** Runs what another case checks: that it does not throw. */
  quietly(work: () => void): void {
    this.fails(work)
  }

  /** What a call threw; `null` for nothing. */
  fails(work: () => unknown): unknown {
    try {
      work()
      return null
    } catch (error) {
      return error ?? 'something'
    }
  }

  /** A graceful close, on virtual time: goes on like a producer when `onClosing` takes too long, or rejects. */
  async close(): Promise<void> {
    const closing = this.hooks.onClosing?.()
    if (closing !== undefined) await this.env.clock.runUntil(closing).catch(() => {})
    this.end()
  }

  /** A forced close, or the end of a graceful one. */
  end(): void {
    this.open = false
    this.hooks.onClose?.()
    for (const give of [...this.unanswered]) give(closed())
  }

  private neverAnswered(): Promise<never> {
    return new Promise((_, reject) => {
      const give = (error: KafkaError): void => {
        timer.cancel()
        this.unanswered.delete(give)
        reject(error)
      }
      const late = new TimeoutError('REQUEST_TIMED_OUT', 'no broker answered', { retriable: true })
      const timer = this.env.clock.schedule(REQUEST_TIMEOUT_MS, () => give(late), true)
      this.unanswered.add(give)
    })
  }

  private use(): boolean {
    if (!this.open) this.usedAfterClose++
    return this.open
  }
}

function closed(): StateError {
  return new StateError('PRODUCER_CLOSED', 'the producer is closed')
}
