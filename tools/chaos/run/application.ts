import { setTimeout as sleep } from 'node:timers/promises'
import type { DriverLine, DriverOptions } from '../drivers/contract.ts'
import { type History } from '../verdict/history.ts'
import { type DriverName, DriverProcess } from './driverProcess.ts'

const mostCrashes = 50

/** What an application does, and who remembers what it told. */
export interface ApplicationSetup {
  readonly driver: DriverName
  readonly conditions: readonly string[]
  readonly options: DriverOptions
  readonly history: History
}

/** An application that is started again when it was killed, and takes up where the one before it was. */
export class Application {
  readonly #setup: ApplicationSetup
  readonly #onLine: (line: DriverLine) => void
  readonly #endsAtMs: number
  #process: DriverProcess | undefined
  #downtime: Promise<void> = Promise.resolve()
  #done = false
  #expected = false
  #stopped = false
  /** What it wrote to standard error each time that it ended by itself, without being done. */
  readonly crashes: string[] = []

  constructor(setup: ApplicationSetup, onLine: (line: DriverLine) => void) {
    this.#setup = setup
    this.#onLine = onLine
    this.#endsAtMs = performance.now() + setup.options.seconds * 1000
  }

  /** Runs until a process is done or was stopped; one that crashes is followed by another, as long as there is time. */
  async run(): Promise<void> {
    const { driver, conditions, options, history } = this.#setup
    const { seconds, transactionalId } = options
    for (;;) {
      const leftSeconds = seconds > 0 ? Math.max(1, (this.#endsAtMs - performance.now()) / 1000) : 0
      // A process that crashed may have sent a window more than it told of. Transactions are told of beforehand.
      const unheard = transactionalId === '' && this.crashes.length > 0 ? options.window : 0
      history.from = history.next + unheard
      const rest = { ...options, seconds: leftSeconds, from: history.from }
      this.#done = false
      this.#expected = false
      this.#process = new DriverProcess({ driver, conditions, options: rest }, (line) => {
        history.tell(line)
        this.#done ||= line.kind === 'done'
        this.#onLine(line)
      })
      const { ended } = this.#process
      await ended
      if (this.#isOver()) return
      if (!this.#wasKilled()) {
        this.crashes.push(this.#process.errorText)
        if (seconds === 0 || this.crashes.length > mostCrashes) return
      }
      await this.#downtime
    }
  }

  /** Kills the process and keeps the next one from starting for so long. */
  async kill(downMs: number): Promise<void> {
    this.#expected = true
    this.#downtime = sleep(downMs)
    this.#process?.kill()
    await this.#downtime
  }

  /** Kills the process for good. */
  stop(): void {
    this.#stopped = true
    this.#process?.kill()
  }

  #isOver(): boolean {
    return this.#done || this.#stopped
  }

  #wasKilled(): boolean {
    return this.#expected
  }
}
