import { execFile } from 'node:child_process'

/** What a finished child process left behind. */
export interface RunResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/**
 * Runs a program to its end, never through a shell, and kills it when the time is over.
 * Rejects only when the program cannot be started or overran; a non-zero exit code is a result.
 */
export function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly timeoutMs?: number } = {},
): Promise<RunResult> {
  const { cwd, timeoutMs = 120_000 } = options
  return new Promise((resolve, reject) => {
    const child = execFile(
      command,
      [...args],
      { cwd, timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 * 1024, encoding: 'utf8' },
      (error, stdout, stderr) => {
        if (!error) return resolve({ code: 0, stdout, stderr })
        if (typeof error.code === 'number') return resolve({ code: error.code, stdout, stderr })
        const why = error.killed ? `did not end within ${timeoutMs} ms` : error.message
        reject(new Error(`${command} ${why}\n${tail(stdout + stderr)}`))
      },
    )
    child.stdin?.end()
  })
}

/** Like {@link run}, but a non-zero exit code rejects too, with the last lines that the program wrote. */
export async function runOrThrow(...call: Parameters<typeof run>): Promise<RunResult> {
  const result = await run(...call)
  if (result.code === 0) return result
  throw new Error(`${call[0]} ended with code ${result.code}\n${tail(result.stdout + result.stderr)}`)
}

/** The last lines of a text, for error messages. */
export function tail(text: string, lines = 25): string {
  return text.trimEnd().split('\n').slice(-lines).join('\n')
}
