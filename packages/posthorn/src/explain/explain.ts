import { causes } from './causes.ts'

/** What is behind an error, in plain words. */
export interface Explanation {
  /** Stable: the code of an error that {@link explain} knows, ours, Kafka's or the system's (`ECONNREFUSED`). */
  readonly cause: string
  /** What it means, a sentence. */
  readonly meaning: string
  /** What most likely helps, a sentence or two. */
  readonly fix: string
}

/** No chain of causes is that long, unless it bites its tail. */
const MAX_DEPTH = 16

/**
 * What is behind an error of Posthorn's, and what most likely helps: looked up by the codes of the error and its causes, of
 * which the innermost that says something definite counts. `null` when nothing is known of it. `posthorn doctor` prints
 * the same.
 */
export function explain(error: unknown): Explanation | null {
  let found: Explanation | null = null
  let isVague = true
  let at: unknown = error
  for (let depth = 0; depth < MAX_DEPTH && typeof at === 'object' && at !== null; depth++) {
    const { code, cause } = at as { readonly code?: unknown; readonly cause?: unknown }
    const known = typeof code === 'string' && Object.hasOwn(causes, code) ? causes[code] : undefined
    if (known !== undefined && (isVague || known.vague !== true)) {
      found = explanationOf(code as string)
      isVague = known.vague === true
    }
    at = cause
  }
  return found
}

/** The explanation of a cause that is in the table; for causes that were found out otherwise than by an error. */
export function explanationOf(cause: string): Explanation | null {
  const text = Object.hasOwn(causes, cause) ? causes[cause] : undefined
  return text === undefined ? null : { cause, meaning: text.meaning, fix: text.fix }
}
