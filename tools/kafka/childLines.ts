import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { tail } from './run.ts'

const errorTextLimit = 64 * 1024

/** A program whose output is read while it runs. */
export interface StreamedRun {
  readonly command: string
  readonly args: readonly string[]
  readonly input?: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>
  readonly timeoutMs: number
}

/**
 * The output of a program, piece by piece. Throws at the end if the program failed or overran; a reader that
 * stops early ends the program.
 */
export async function* childOutput({ command, args, input = [], timeoutMs }: StreamedRun): AsyncGenerator<Buffer> {
  const child = spawn(command, [...args], { stdio: ['pipe', 'pipe', 'pipe'] })
  const ended = once(child, 'close')
  ended.catch(() => {})
  const overrun = new AbortController()
  const timer = setTimeout(() => {
    overrun.abort()
    child.kill('SIGKILL')
  }, timeoutMs)
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString('utf8')).slice(-errorTextLimit)
  })
  const fed = feed(input, child.stdin)
  fed.catch(() => child.kill('SIGKILL'))
  try {
    for await (const chunk of child.stdout) yield chunk as Buffer
    const [code] = (await ended) as [number | null]
    await fed
    if (overrun.signal.aborted) throw new Error(`${command} did not end within ${timeoutMs} ms\n${tail(errors)}`)
    if (code !== 0) throw new Error(tail(errors) || `${command} ended with code ${code}`)
  } finally {
    clearTimeout(timer)
    if (child.exitCode === null) child.kill('SIGKILL')
  }
}

async function feed(input: NonNullable<StreamedRun['input']>, stdin: Writable): Promise<void> {
  try {
    await pipeline(Readable.from(input), stdin)
  } catch (error) {
    // A program that has ended takes no more input; why it ended is told by its exit code.
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EPIPE' && code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  }
}

/** The lines of such an output, without their ends. */
export async function* childLines(run: StreamedRun): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of childOutput(run)) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest) yield rest
}
