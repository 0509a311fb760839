import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onProcessEnd } from '../../kafka/cleanup.ts'
import { type DriverLine, type DriverOptions, toFlags } from '../drivers/contract.ts'
import { peersFolder } from '../peers/folder.ts'

/** The clients that can be driven. */
export const driverNames = ['posthorn', 'kafkajs', 'platformatic', 'librdkafka'] as const

/** One of {@link driverNames}. */
export type DriverName = (typeof driverNames)[number]

const errorTextLimit = 16 * 1024

/** Which driver to start, and for what. */
export interface DriverSetup {
  readonly driver: DriverName
  /** Conditions by which its Node finds our packages: none for the built ones. */
  readonly conditions: readonly string[]
  readonly options: DriverOptions
}

/** A driver as a process of its own, so that it can die like an application. */
export class DriverProcess {
  readonly #child: ChildProcess
  readonly #forget: () => void
  #errors = ''
  /** Resolves, once every line was read, with the exit code, or null when a signal ended it. */
  readonly ended: Promise<number | null>

  constructor({ driver, conditions, options }: DriverSetup, onLine: (line: DriverLine) => void) {
    const { command, args, env } = commandOf(driver, conditions)
    const child = spawn(command, [...args, ...toFlags(options)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    })
    this.#child = child
    this.#forget = onProcessEnd(() => child.kill('SIGKILL'))
    child.stderr.on('data', (chunk: Buffer) => {
      this.#errors = (this.#errors + chunk.toString('utf8')).slice(-errorTextLimit)
    })
    const lines = createInterface({ input: child.stdout })
    lines.on('line', (text) => {
      // The last line of a process that was killed may be half a line.
      const line = parsed(text)
      if (line !== undefined) onLine(line)
    })
    this.ended = Promise.all([once(child, 'close'), once(lines, 'close')]).then(([[code]]) => {
      this.#forget()
      return code as number | null
    })
  }

  /** The last of what it wrote to standard error. */
  get errorText(): string {
    return this.#errors.trim()
  }

  /** Ends the process by SIGKILL, as a crash would. */
  kill(): void {
    this.#child.kill('SIGKILL')
  }
}

function parsed(text: string): DriverLine | undefined {
  try {
    return JSON.parse(text) as DriverLine
  } catch {
    return undefined
  }
}

function commandOf(
  driver: DriverName,
  conditions: readonly string[],
): { command: string; args: string[]; env: Record<string, string> } {
  const folder = fileURLToPath(new URL('../drivers/', import.meta.url))
  if (driver === 'librdkafka') {
    const env = { PYTHONPATH: join(peersFolder(), 'python') }
    return { command: 'python3', args: [join(folder, 'librdkafka.py')], env }
  }
  const flags = conditions.map((condition) => `--conditions=${condition}`)
  return { command: process.execPath, args: [...flags, join(folder, `${driver}.ts`)], env: {} }
}
