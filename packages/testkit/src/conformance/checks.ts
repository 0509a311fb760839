import { inspect } from 'node:util'

/** A plugin did not do what its contract asks. The message says what was expected and what was found. */
export class ConformanceError extends Error {
  override readonly name: string = 'ConformanceError'
}

/** Throws a {@link ConformanceError} with this text unless `condition` holds. */
export function check(condition: boolean, message: string): asserts condition {
  if (!condition) throw new ConformanceError(message)
}

/** Throws unless both are the same value. */
export function same(actual: unknown, expected: unknown, what: string): void {
  check(Object.is(actual, expected), `${what}: expected ${show(expected)}, found ${show(actual)}`)
}

/** Throws unless both have the same elements in the same order. */
export function sameList(actual: readonly unknown[], expected: readonly unknown[], what: string): void {
  const length = Math.min(actual.length, expected.length)
  for (let i = 0; i < length; i++) same(actual[i], expected[i], `${what}, number ${i}`)
  same(actual.length, expected.length, `${what}, how many`)
}

/** Throws unless both hold the same bytes; tells where they part. */
export function sameBytes(actual: Uint8Array, expected: Uint8Array, what: string): void {
  const length = Math.min(actual.length, expected.length)
  let at = 0
  while (at < length && actual[at] === expected[at]) at++
  check(at >= length, `${what}, byte ${at}: expected ${expected[at]!}, found ${actual[at]!}`)
  same(actual.length, expected.length, `${what}, length`)
}

/** Throws unless `work` throws or rejects with an `Error`, which is returned. */
export async function refuses(work: () => unknown, what: string): Promise<Error> {
  let given: unknown
  try {
    given = await work()
  } catch (error) {
    check(error instanceof Error, `${what}: expected to be refused with an Error, found ${show(error)}`)
    return error
  }
  throw new ConformanceError(`${what}: expected to be refused, found that it was accepted and gave ${show(given)}`)
}

/** Runs what has to go well; what it throws becomes a {@link ConformanceError} that says where. */
export function runs<T>(work: () => T, what: string): T {
  try {
    return work()
  } catch (error) {
    throw unexpected(error, what)
  }
}

/** As {@link runs}, for what may take its time. */
export async function gives<T>(work: () => T | PromiseLike<T>, what: string): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw unexpected(error, what)
  }
}

/** An error that nobody expected, put into words; one that has been already stays as it is. */
export function unexpected(error: unknown, what?: string): ConformanceError {
  if (error instanceof ConformanceError) return error
  const where = what === undefined ? '' : `${what}: `
  return new ConformanceError(`${where}expected no error, found ${show(error)}`, { cause: error })
}

/** A value in one line, as a message has it. */
export function show(value: unknown): string {
  if (value instanceof Error) return `${value.name} (${value.message})`
  if (typeof value === 'string') return JSON.stringify(value)
  if (value instanceof Uint8Array && value.length > 32) return `${value.length} bytes`
  return inspect(value, {
    depth: 3,
    compact: true,
    breakLength: Infinity,
    maxArrayLength: 20,
    maxStringLength: 100,
  }).slice(0, 1000)
}
