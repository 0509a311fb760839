import { ConfigError } from '@posthorn/contracts'
import type { PropertyWarning } from './clientProperties.ts'
import type { Property } from './propertiesText.ts'

/** A reference to a config provider, as Java writes it: `${env:NAME}`, `${file:/path:key}`. */
const REFERENCE = /\$\{[^}]*?:[^}]*\}/

/**
 * The values of a properties file, asked for by key and type as Java's `ConfigDef` converts them. Collects what is wrong,
 * so that a user sees all of it at once, and knows which keys nobody asked for.
 */
export class PropertyValues {
  readonly warnings: PropertyWarning[] = []
  readonly #values = new Map<string, string>()
  readonly #asked = new Set<string>()
  readonly #problems: string[] = []

  constructor(properties: readonly Property[], except: ReadonlySet<string>) {
    for (const { key, value } of properties) {
      if (except.has(key)) continue
      if (this.#values.has(key)) this.warn(key, 'is given more than once; the last one counts')
      this.#values.set(key, trimmed(value))
    }
    for (const [key, value] of this.#values) {
      if (key !== 'config.providers' && REFERENCE.test(value)) this.#warnReference(key)
    }
  }

  /** Keys that nobody has asked for yet, in the order of the file. */
  get rest(): readonly string[] {
    return [...this.#values.keys()].filter((key) => !this.#asked.has(key))
  }

  has(key: string): boolean {
    return this.#values.has(key)
  }

  /** The value without blanks around it; undefined when the key is not there. */
  string(key: string): string | undefined {
    this.#asked.add(key)
    return this.#values.get(key)
  }

  /** The same; an empty value counts as none. */
  text(key: string): string | undefined {
    const value = this.string(key)
    return value === '' ? undefined : value
  }

  /** A value that no error, log line or inspection shows. An empty one counts as none. */
  secret(key: string): (() => string) | undefined {
    const value = this.text(key)
    return value === undefined ? undefined : () => value
  }

  /** A whole number. */
  integer(key: string): number | undefined {
    return this.#number(key, /^[+-]?\d+$/, 'a whole number')
  }

  /** A number that may have a fraction. */
  decimal(key: string): number | undefined {
    return this.#number(key, /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/, 'a number')
  }

  boolean(key: string): boolean | undefined {
    const value = this.string(key)
    if (value === undefined) return undefined
    const lower = value.toLowerCase()
    if (lower === 'true' || lower === 'false') return lower === 'true'
    this.refuse(key, `expected true or false, received ${JSON.stringify(value)}`)
    return undefined
  }

  /** Entries separated by commas, without blanks around them; none for an empty value. */
  list(key: string): readonly string[] | undefined {
    const value = this.string(key)
    return value === undefined ? undefined : value === '' ? [] : value.split(',').map(trimmed)
  }

  /** One of some words; Java's `validString`, so case matters unless `lower` says otherwise. */
  word<Word extends string>(key: string, words: readonly Word[]): Word | undefined {
    const value = this.string(key)
    if (value === undefined) return undefined
    const found = words.find((word) => word === value)
    if (found === undefined) this.refuse(key, `expected ${listed(words)}, received ${JSON.stringify(value)}`)
    return found
  }

  /** Notes that a key has no effect here. */
  warn(key: string, message: string): void {
    this.warnings.push({ key, message })
  }

  /** Notes that a key cannot be as it is. */
  refuse(key: string, problem: string): void {
    this.#problems.push(`${key}: ${problem}`)
  }

  /** Runs what may refuse its input by throwing a `ConfigError`, and notes that instead. */
  attempt<T>(work: () => T): T | undefined {
    try {
      return work()
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      this.#problems.push(error.message)
      return undefined
    }
  }

  /** Throws one `ConfigError` for everything that was refused, if anything was. */
  check(): void {
    const [first, ...others] = this.#problems
    if (first === undefined) return
    throw new ConfigError(
      others.length === 0
        ? first
        : `${this.#problems.length} problems\n${this.#problems.map((p) => `- ${p}`).join('\n')}`,
    )
  }

  #warnReference(key: string): void {
    const what = '${…:…} is not replaced: config providers are not supported'
    if (this.#values.has('config.providers')) this.refuse(key, what)
    else this.warn(key, `${what}, and without config.providers it is literal text to Java too`)
  }

  #number(key: string, form: RegExp, expected: string): number | undefined {
    const value = this.string(key)
    if (value === undefined) return undefined
    const number = form.test(value) ? Number(value) : Number.NaN
    if (Number.isFinite(number) && Math.abs(number) <= Number.MAX_SAFE_INTEGER) return number
    this.refuse(key, `expected ${expected}, received ${JSON.stringify(value)}`)
    return undefined
  }
}

/** Alternatives in a sentence: `a, b or c`. */
function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`
}

/** Java's `String.trim`, which takes off control characters and nothing beyond ASCII. */
function trimmed(text: string): string {
  let from = 0
  let to = text.length
  while (from < to && (text[from] as string) <= ' ') from++
  while (to > from && (text[to - 1] as string) <= ' ') to--
  return text.slice(from, to)
}
