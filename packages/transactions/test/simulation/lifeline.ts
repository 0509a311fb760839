import type { Clock, Connection, Plugin, Timer, Transport } from '@posthorn/contracts'

/** What a call of a crashed client ends with, for who waits on it. */
export class Crash extends Error {
  override readonly name: string = 'Crash'
}

/** The process that a client runs in: its timers and connections are gone when it crashes, its bytes under way are not. */
export class Lifeline {
  readonly #timers = new Set<object>()
  readonly #connections = new Set<Connection>()
  readonly #mourners = new Set<(crash: Crash) => void>()
  #dead = false

  /** Whether it has crashed. */
  get dead(): boolean {
    return this.#dead
  }

  /** Timers that have neither fired nor been cancelled. */
  get timers(): number {
    return this.#timers.size
  }

  /** Connections that are open. */
  get connections(): number {
    return this.#connections.size
  }

  /** Ends the process at once, as SIGKILL does: the system closes its sockets. */
  crash(): void {
    if (this.#dead) return
    this.#dead = true
    for (const connection of this.#connections) connection.destroy(new Error('the process was killed'))
    this.#connections.clear()
    this.#timers.clear()
    for (const mourner of [...this.#mourners]) mourner(new Crash('the client has crashed'))
  }

  /** The promise, as long as the process lives. */
  alive<T>(promise: PromiseLike<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const forget = (): void => void this.#mourners.delete(reject)
      if (this.#dead) reject(new Crash('the client has crashed'))
      else this.#mourners.add(reject)
      promise.then(
        (value) => {
          forget()
          resolve(value)
        },
        (error: unknown) => {
          forget()
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as it came
          reject(error)
        },
      )
    })
  }

  /** A clock that stands still when the process has ended. */
  clock(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      epochMs: () => clock.epochMs(),
      schedule: (ms, task, background): Timer => {
        if (this.#dead) return { cancel() {} }
        const key = {}
        this.#timers.add(key)
        const fire = (): void => {
          if (this.#timers.delete(key)) task()
        }
        const timer = clock.schedule(ms, fire, background)
        return {
          cancel: () => {
            this.#timers.delete(key)
            timer.cancel()
          },
        }
      },
    }
  }

  /** A transport whose connections end with the process, and that opens none afterwards. */
  transport(plugin: Plugin<Transport>): Plugin<Transport> {
    return (env) => {
      const transport = plugin(env)
      return {
        ...transport,
        connect: async (to, sink, signal) => {
          if (this.#dead) return new Promise<never>(() => {})
          const inner = await transport.connect(
            to,
            {
              onData: (chunk) => {
                if (!this.#dead) sink.onData(chunk)
              },
              onDrain: () => {
                if (!this.#dead) sink.onDrain()
              },
              onClose: (error) => {
                this.#connections.delete(inner)
                if (!this.#dead) sink.onClose(error)
              },
            },
            signal,
          )
          if (this.dead) inner.destroy(new Error('the process was killed'))
          else this.#connections.add(inner)
          return inner
        },
      }
    }
  }
}
