import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'

/** More than any test needs; one that hangs must not stay behind. */
const TIMEOUT_MS = 100_000

/** How a process ended. */
export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly errors: string
}

/** A `posthorn` that runs as a process of its own, from the sources. */
export class PosthornProcess implements AsyncDisposable {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>
  readonly ended: Promise<Ended>

  constructor(...args: readonly string[]) {
    const index = pathToFileURL(join(import.meta.dirname, '..', '..', 'src', 'index.ts')).href
    const program = `const { run } = await import('${index}'); process.exitCode = await run(process.argv.slice(1))`
    const node = ['--conditions=@posthorn/source', '--input-type=module', '--eval', program, '--']
    this.child = spawn(process.execPath, [...node, ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL',
    })
    // A command that does not read its input to the end is what some tests are about.
    this.child.stdin.on('error', () => {})
    this.ended = this.#end()
  }

  /** The first thing that it prints. */
  async firstOutput(): Promise<string> {
    const [chunk] = (await once(this.child.stdout, 'data')) as [Buffer]
    return chunk.toString()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill('SIGKILL')
    await this.ended
  }

  async #end(): Promise<Ended> {
    const outputs = Promise.all([text(this.child.stdout), text(this.child.stderr)])
    const [code] = (await once(this.child, 'close')) as [number | null]
    const [out, errors] = await outputs
    return { code, out, errors }
  }
}

/** Runs `posthorn` to its end. */
export async function posthorn(args: readonly string[], input: string | Uint8Array = ''): Promise<Ended> {
  const started = new PosthornProcess(...args)
  started.child.stdin.end(input)
  return started.ended
}
