import { ExitCode } from '../exitCodes.ts'
import type { SignalSource } from '../io.ts'

/** What an interrupt does. */
export interface InterruptActions {
  /** The first signal: stop reading, deliver what was read. */
  drain(): void
  /** A later one: give up what is not delivered yet. */
  force(): void
}

/** Turns the first SIGINT or SIGTERM into draining and the next into giving up. */
export class Interrupts {
  readonly #signals: SignalSource
  readonly #actions: InterruptActions
  readonly #stop = new AbortController()
  #exitCode: number | null = null

  constructor(signals: SignalSource, actions: InterruptActions) {
    this.#signals = signals
    this.#actions = actions
    signals.on('SIGINT', this.#onInterrupt)
    signals.on('SIGTERM', this.#onTerminate)
  }

  /** Aborted by the first signal. */
  get signal(): AbortSignal {
    return this.#stop.signal
  }

  /** What the process is to end with, once a signal came. */
  get exitCode(): number | null {
    return this.#exitCode
  }

  /** Leaves signals to others again. */
  remove(): void {
    this.#signals.off('SIGINT', this.#onInterrupt)
    this.#signals.off('SIGTERM', this.#onTerminate)
  }

  readonly #onInterrupt = (): void => this.#on(ExitCode.interrupted)
  readonly #onTerminate = (): void => this.#on(ExitCode.terminated)

  #on(exitCode: number): void {
    if (this.#exitCode !== null) {
      this.#actions.force()
      return
    }
    this.#exitCode = exitCode
    this.#stop.abort()
    this.#actions.drain()
  }
}
