import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

const main = join(import.meta.dirname, '..', '..', 'src', 'main.ts')

/** How a life of the example ended. */
export interface Death {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly out: string
  readonly errors: string
}

/** The example as a process of its own. */
export class Life {
  /** How it ended. */
  readonly over: Promise<Death>
  /** Resolves when it is about to move records, or has ended without. */
  readonly started: Promise<unknown>
  private readonly child: ChildProcess

  constructor(args: readonly string[], maxMs: number) {
    const child = spawn(process.execPath, ['--conditions=@posthorn/source', main, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: maxMs,
      killSignal: 'SIGKILL',
    })
    const outputs = Promise.all([text(child.stdout), text(child.stderr)])
    this.child = child
    this.over = once(child, 'close').then(async ([code, signal]: (number | NodeJS.Signals | null)[]) => {
      const [out, errors] = await outputs
      return { code: code as number | null, signal: signal as NodeJS.Signals | null, out, errors }
    })
    this.started = Promise.race([once(child.stdout, 'data'), this.over])
  }

  /** Sends a signal to this process and no other. */
  end(signal: NodeJS.Signals): void {
    this.child.kill(signal)
  }
}
