import { ConfigError } from '@posthorn/contracts'
import { type JaasToken, jaasTokens } from './jaasTokens.ts'

/** A login module with its options, as in `Module required key="value";`. */
export interface JaasEntry {
  /** Java's class name. */
  readonly module: string
  readonly options: ReadonlyMap<string, string>
}

const flags: ReadonlySet<string> = new Set(['REQUIRED', 'REQUISITE', 'SUFFICIENT', 'OPTIONAL'])

/**
 * Reads the value of `sasl.jaas.config` as Kafka's own parser does. Kafka takes one entry only, and so does this. Throws a
 * `ConfigError` that says what is missing and never shows a value, which may be a password.
 */
export function parseJaas(text: string): JaasEntry {
  const tokens = jaasTokens(text)
  if (tokens.length === 0) throw refusal('no login module in it')
  const entries: JaasEntry[] = []
  let at = 0
  while (at < tokens.length) {
    const module = textOf(tokens[at])
    if (module === null) throw refusal('expected the class name of a login module at its beginning')
    const flag = textOf(tokens[at + 1])
    if (flag === null || !flags.has(flag.toUpperCase())) {
      throw refusal('expected required, requisite, sufficient or optional after the login module')
    }
    at += 2
    const options = new Map<string, string>()
    while (at < tokens.length && !isChar(tokens[at], ';')) {
      const key = textOf(tokens[at])
      // A name may be a piece of a password that lacks its quotation marks: only its place is told.
      const place = `option ${options.size + 1}`
      if (key === null) throw refusal(`expected the name of ${place} or a semicolon`)
      if (!isChar(tokens[at + 1], '=')) throw refusal(`expected "=" after the name of ${place}`)
      const value = textOf(tokens[at + 2])
      if (value === null) throw refusal(`expected a value in quotation marks for ${place}`)
      options.set(key, value)
      at += 3
    }
    if (at >= tokens.length) throw refusal('expected a semicolon at its end')
    at++
    entries.push({ module, options })
  }
  const [entry] = entries
  if (entry === undefined || entries.length > 1) {
    throw refusal(`expected one login module, received ${entries.length}`)
  }
  return entry
}

function textOf(token: JaasToken | undefined): string | null {
  return token?.kind === 'word' || token?.kind === 'quoted' ? token.text : null
}

function isChar(token: JaasToken | undefined, char: string): boolean {
  return token?.kind === 'char' && token.char === char
}

function refusal(what: string): ConfigError {
  return new ConfigError(`sasl.jaas.config: ${what}`)
}
