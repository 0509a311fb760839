import type { Readable, Writable } from 'node:stream'

/** Where the signals come from that end a command: `process`, or an `EventEmitter` in a test. */
export interface SignalSource {
  /** Has `listener` called on every such signal. */
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown
  /** Takes the listener out again. */
  off(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown
}

/** What a command has of the process that it runs in. */
export interface Io {
  /** Records to send, unless a file is named. */
  readonly stdin: Readable
  /** Results. */
  readonly stdout: Writable
  /** Progress, notices and errors; a progress bar when `isTTY` is true. */
  readonly stderr: Writable & { readonly isTTY?: boolean }
  /** Ctrl-C and its like. */
  readonly signals: SignalSource
}

/** The process itself. */
export function processIo(): Io {
  return { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr, signals: process }
}
