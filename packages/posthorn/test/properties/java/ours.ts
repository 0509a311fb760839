import { ConfigError } from '@posthorn/contracts'
import { parseJaas } from '../../../src/properties/jaas.ts'
import { parsePropertiesText } from '../../../src/properties/propertiesText.ts'
import type { Answer, Question } from './javaAnswers.ts'

/** What our reader answers, in the form of Java's answer. Anything but a `ConfigError` is thrown on. */
export function ourAnswer({ kind, text }: Question): Answer {
  try {
    return sorted(kind === 'properties' ? properties(text) : jaas(text))
  } catch (error) {
    if (error instanceof ConfigError) return null
    throw error
  }
}

function properties(text: string): ReadonlyMap<string, string> {
  const bytes = Buffer.from(text, 'latin1')
  return new Map(parsePropertiesText(bytes).map(({ key, value }) => [key, value]))
}

function jaas(text: string): ReadonlyMap<string, string> {
  const { module, options } = parseJaas(text)
  return new Map([...options, ['', module]])
}

function sorted(map: ReadonlyMap<string, string>): Answer {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1))
}
