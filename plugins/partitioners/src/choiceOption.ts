import { ConfigError } from '@posthorn/contracts'

/** The value of an option, or `fallback` when it is absent; a `ConfigError` for anything but a key of `choices`. */
export function choiceOption<Choice extends string>(
  plugin: string,
  option: string,
  value: unknown,
  choices: Readonly<Record<Choice, unknown>>,
  fallback: NoInfer<Choice>,
): Choice {
  if (value === undefined) return fallback
  if (typeof value === 'string' && Object.hasOwn(choices, value)) return value as Choice
  const names = Object.keys(choices).join(', ')
  throw new ConfigError(`${plugin}: ${option} must be one of ${names}; got ${JSON.stringify(value)}`)
}
