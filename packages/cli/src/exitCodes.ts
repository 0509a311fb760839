/** What the command's exit code says. */
export const ExitCode = {
  /** All that was asked for was done. */
  done: 0,
  /** Something failed; standard error says what. */
  failed: 1,
  /** The command line or the configuration cannot work; nothing was tried. */
  usage: 2,
  /** Ended by SIGINT. */
  interrupted: 130,
  /** Ended by SIGTERM. */
  terminated: 143,
} as const

/** A command line that cannot work. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError'
}
