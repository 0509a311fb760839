import type { Clock, Logger, Timer } from '@posthorn/contracts'
import { noTimer } from '@posthorn/contracts'
import type { Alarm } from '../accumulator/readiness.ts'

/** What the loop runs. */
export interface LoopBody {
  /** One pass; returns how many ms the loop may sleep, `Infinity` for until woken. */
  runOnce(now: number): number
  /** Whether nothing is on its way: the timer then does not keep the process alive. */
  isIdle(): boolean
}

/** A pass that throws would throw again at once. */
const PAUSE_AFTER_ERROR_MS = 10

/** Earlier than any time. */
const AT_ONCE: number = Number.NEGATIVE_INFINITY

/** Runs the sender whenever there may be something to do, with one timer. An error in a pass never ends it (SND-01). */
export class SenderLoop implements Alarm {
  private readonly clock: Clock
  private readonly logger: Logger
  private readonly body: LoopBody
  private timer: Timer = noTimer
  /** When the timer fires, `AT_ONCE` or ms on the clock. */
  private firesAt = Number.POSITIVE_INFINITY
  private timerInBackground = false
  private stopped = false
  private running = false
  /** What parts asked for during the pass that runs. */
  private askedFor = Number.POSITIVE_INFINITY
  private readonly pass = (): void => this.run()

  constructor(clock: Clock, logger: Logger, body: LoopBody) {
    this.clock = clock
    this.logger = logger
    this.body = body
  }

  wake(): void {
    this.arm(AT_ONCE)
  }

  wakeAt(ms: number): void {
    // A pass that is running arms the timer at its end, once for everything.
    if (this.running) this.askedFor = Math.min(this.askedFor, ms)
    else this.arm(ms)
  }

  /** No further pass. */
  stop(): void {
    this.stopped = true
    this.timer.cancel()
    this.timer = noTimer
  }

  private arm(at: number): void {
    const background = at !== AT_ONCE && this.body.isIdle()
    const keepsAlive = !this.timerInBackground || background
    if (this.stopped || (this.firesAt <= at && keepsAlive)) return
    this.timer.cancel()
    this.firesAt = Math.min(at, this.firesAt)
    this.timerInBackground = background
    const delayMs = this.firesAt === AT_ONCE ? 0 : this.firesAt - this.clock.now()
    this.timer = this.clock.schedule(delayMs, this.pass, background)
  }

  private run(): void {
    this.firesAt = Number.POSITIVE_INFINITY
    this.timerInBackground = false
    this.running = true
    let sleepMs = 0
    try {
      sleepMs = this.body.runOnce(this.clock.now())
    } catch (error) {
      this.logger.error('a pass of the sender failed', { error })
      sleepMs = PAUSE_AFTER_ERROR_MS
    }
    this.running = false
    const next = Math.min(this.clock.now() + sleepMs, this.askedFor)
    this.askedFor = Number.POSITIVE_INFINITY
    if (next !== Number.POSITIVE_INFINITY) this.arm(next)
  }
}
