import { ConfigError } from '@posthorn/contracts'
import { describeValue } from '../values/describeValue.ts'

/** Checks the options that are used as they are given: clock, logger, random. */
export function checkParts(options: unknown): void {
  // Anything else is refused where the options are read.
  if (typeof options !== 'object' || options === null) return
  const { clock, logger, random } = options as Readonly<Record<string, unknown>>
  checkMembers('clock', clock, ['now', 'epochMs', 'schedule'])
  checkMembers('logger', logger, ['debug', 'info', 'warn', 'error'])
  if (random !== undefined && typeof random !== 'function') {
    throw new ConfigError(
      `random: expected a function that returns numbers from 0 to 1, received ${describeValue(random)}`,
    )
  }
}

function checkMembers(key: string, part: unknown, members: readonly string[]): void {
  if (part === undefined) return
  const missing = members.filter(
    (member) => typeof (part as Readonly<Record<string, unknown>> | null)?.[member] !== 'function',
  )
  if (missing.length === 0) return
  throw new ConfigError(
    `${key}: expected an object with ${members.join(', ')}, received ${describeValue(part)}; ${missing.join(', ')} missing`,
  )
}
