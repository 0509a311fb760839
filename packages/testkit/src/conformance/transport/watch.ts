import type { VirtualClock } from '../../clock/virtualClock.ts'
import { ConformanceError } from '../checks.ts'

/** Counts calls of a callback. */
export interface Counter {
  /** Calls so far. */
  count: number
  /** The callback. */
  readonly hit: () => void
  /** The calls so far in words. */
  readonly told: () => string
}

/** Waits for what happens outside: asked again whenever something was noticed, never by the clock. */
export class Watch {
  readonly #patienceMs: number
  readonly #waiting = new Set<() => void>()

  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs
  }

  /** A callback whose calls are counted and noticed. */
  counter(): Counter {
    const counter = {
      count: 0,
      hit: () => {
        counter.count++
        this.notice()
      },
      told: () => `${counter.count} calls of released`,
    }
    return counter
  }

  /** Something happened. */
  notice(): void {
    for (const look of [...this.#waiting]) look()
  }

  /**
   * Resolves when `condition` holds; rejects when it still does not after `patienceMs`, which only a bug lets happen:
   * with `what` was expected, and what was `found` in the end.
   */
  until(condition: () => boolean, what: string, found: () => string): Promise<void> {
    if (condition()) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (!condition()) return
        this.#waiting.delete(look)
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(() => {
        this.#waiting.delete(look)
        reject(new ConformanceError(`expected ${what} within ${this.#patienceMs} ms, found ${found()}`))
      }, this.#patienceMs)
      this.#waiting.add(look)
    })
  }

  /** Lets the event loop take this many turns: for what must not happen. */
  async turns(count: number): Promise<void> {
    for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve))
  }

  /** As {@link until}, for what also depends on something that nobody tells of, or on virtual time when given. */
  async poll(condition: () => boolean, what: string, found: () => string, clock?: VirtualClock): Promise<void> {
    const until = performance.now() + this.#patienceMs
    let virtualMs = 0
    while (!condition()) {
      if (performance.now() > until) {
        const also = clock === undefined ? '' : ` and ${virtualMs} ms on the producer's clock`
        throw new ConformanceError(`expected ${what} within ${this.#patienceMs} ms${also}, found ${found()}`)
      }
      await clock?.advance(1000)
      virtualMs += 1000
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
}
