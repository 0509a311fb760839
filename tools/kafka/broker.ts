import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { jdkProgram } from './java.ts'
import type { BrokerPlace } from './properties.ts'
import { tail } from './run.ts'

const stopTimeoutMs = 30_000

/** One server's process: at most one at a time, only ever signalled through the handle that started it. */
export class BrokerProcess {
  readonly place: BrokerPlace
  readonly #name: string
  readonly #jvmArguments: readonly string[]
  #child: ChildProcess | undefined

  constructor(place: BrokerPlace, jvmArguments: readonly string[], name = `broker ${place.id}`) {
    this.place = place
    this.#name = name
    this.#jvmArguments = jvmArguments
  }

  /** Whether the process is there, paused or not. */
  get running(): boolean {
    return this.#child !== undefined
  }

  /** Starts the process and returns at once; a second call while it runs does nothing. */
  spawn(): void {
    if (this.#child) return
    const log = openSync(this.#logFile, 'a')
    const child = spawn(jdkProgram('java'), [...this.#jvmArguments, join(this.place.home, 'server.properties')], {
      cwd: this.place.home,
      stdio: ['pipe', log, log],
      // In a session of its own, Ctrl-C reaches only us and we decide in which order things end.
      detached: true,
    })
    closeSync(log)
    this.#child = child
    const forget = (): void => {
      if (this.#child === child) this.#child = undefined
    }
    child.once('exit', forget)
    child.once('error', forget)
    child.stdin?.on('error', () => {})
    // A program that forgets to close its cluster can still end, which in turn ends the brokers.
    child.unref()
    ;(child.stdin as unknown as { unref(): void }).unref()
  }

  /** Sends a signal that does not end the process (SIGSTOP, SIGCONT). */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    if (!this.#child) throw new Error(`${this.#name} is not running`)
    this.#child.kill(signal)
  }

  /** Ends the process by SIGKILL, or by SIGTERM first, and waits until it is gone. */
  async end(first: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child
    if (!child) return
    child.ref()
    const gone = once(child, 'exit')
    // A paused process would only see SIGTERM after it is resumed.
    if (first === 'SIGTERM') child.kill('SIGCONT')
    child.kill(first)
    const patience = new AbortController()
    const overdue = sleep(stopTimeoutMs, undefined, { signal: patience.signal }).then(
      () => child.kill('SIGKILL'),
      () => {},
    )
    await gone
    patience.abort()
    await overdue
  }

  /** Ends the process without waiting, for the moment in which our own process ends. */
  killNow(): void {
    this.#child?.kill('SIGKILL')
  }

  /** The last lines of its log, for error messages. */
  logTail(): string {
    try {
      return `${this.#name}: ${tail(readFileSync(this.#logFile, 'utf8'))}`
    } catch {
      return `${this.#name}: no log`
    }
  }

  get #logFile(): string {
    return join(this.place.home, 'server.log')
  }
}
