import { UsageError } from '../exitCodes.ts'
import type { Environment } from './settings.ts'

/**
 * The value of an environment variable that a flag names. No secret is on the command line itself, where everyone on the
 * machine can read it.
 */
export function secretOf(flag: string, name: string, environment: Environment): string {
  const value = environment[name]
  if (value !== undefined && value !== '') return value
  throw new UsageError(`${flag} ${name}: there is no such environment variable, or it is empty`)
}
