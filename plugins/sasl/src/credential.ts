import { AuthenticationError, ConfigError } from '@posthorn/contracts'

/**
 * A name or a secret: the value, or a function that is asked for it at each login, so that it can rotate without a restart.
 * `signal` aborts when the connection that asks is no longer wanted.
 */
export type Credential = string | ((signal: AbortSignal) => string | Promise<string>)

/** Throws a {@link ConfigError}, which does not show the value, unless this is a credential. */
export function checkCredential(key: string, value: unknown): asserts value is Credential {
  if (typeof value === 'function' || (typeof value === 'string' && value !== '')) return
  const received = value === '' ? 'an empty string' : value === null ? 'null' : typeof value
  throw new ConfigError(
    `${key}: expected a string that is not empty or a function that gives one, received ${received}`,
  )
}

/** The value at present; a promise only if a function gave one. */
export function ask(what: string, credential: Credential, signal: AbortSignal): string | Promise<string> {
  if (typeof credential === 'string') return credential
  const given: unknown = credential(signal)
  return given instanceof Promise ? given.then((value: unknown) => checked(what, value)) : checked(what, given)
}

/** Calls `use` with both values; a promise only if one of them has to be waited for. */
export function withBoth<T>(
  first: string | Promise<string>,
  second: string | Promise<string>,
  use: (first: string, second: string) => T,
): T | Promise<T> {
  if (typeof first === 'string' && typeof second === 'string') return use(first, second)
  return Promise.all([first, second]).then(([a, b]) => use(a, b))
}

/** Rejects with the signal's reason when it aborts before `work` settles. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error)
    if (signal.aborted) {
      work.catch(() => {})
      abort()
      return
    }
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

function checked(what: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value
  const received = value === '' ? 'an empty string' : typeof value
  throw new AuthenticationError('SASL_AUTHENTICATION_FAILED', `the function for ${what} gave ${received}`)
}
