import type { LogFields, Logger } from '@posthorn/contracts'

/** A line that was logged. */
export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly message: string
  readonly fields: LogFields | undefined
}

/** A logger that keeps what it is told. */
export interface RecordingLogger extends Logger {
  readonly lines: readonly LogLine[]
  /** Messages of level `error`. */
  readonly errors: readonly string[]
}

/** Makes one. */
export function recordingLogger(): RecordingLogger {
  const lines: LogLine[] = []
  const at =
    (level: LogLine['level']) =>
    (message: string, fields?: LogFields): void =>
      void lines.push({ level, message, fields })
  return {
    lines,
    get errors() {
      return lines.filter(({ level }) => level === 'error').map(({ message }) => message)
    },
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
  }
}
