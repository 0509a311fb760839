/** Throws an error with this text unless `condition` holds. */
export function check(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message)
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
  if (at < length) throw new Error(`${what}: byte ${at} is ${actual[at]!}, expected ${expected[at]!}`)
  same(actual.length, expected.length, `${what}, length`)
}

/** Throws unless `work` throws or rejects with an `Error`, which is returned. */
export async function refuses(work: () => unknown, what: string): Promise<Error> {
  try {
    await work()
  } catch (error) {
    check(error instanceof Error, `${what}: it was refused, but with ${show(error)} instead of an Error`)
    return error
  }
  throw new Error(`${what}: it was accepted`)
}

function show(value: unknown): string {
  if (value instanceof Error) return `${value.name} (${value.message})`
  if (typeof value === 'string') return JSON.stringify(value)
  return typeof value === 'object' && value !== null ? Object.prototype.toString.call(value) : String(value)
}
