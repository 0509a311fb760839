import { ConfigError } from '@posthorn/contracts'

/** The value of an option, or `fallback` when it is absent; a `ConfigError` for anything but a boolean. */
export function booleanOption(plugin: string, option: string, value: unknown, fallback: boolean): boolean {
  if (value === undefined) return fallback
  if (typeof value === 'boolean') return value
  throw new ConfigError(`${plugin}: ${option} must be true or false; got ${JSON.stringify(value)}`)
}
