import { below, pick, type Random } from '../mutate.ts'

/** Elements that all arrays of an answer may grow to. */
const MOST_ELEMENTS = 20_000

const NUMBERS = [0, 1, -1, 2, 3, 6, 35, 45, 47, 51, 59, 67, 90, 127, 255, 32767, -32768, 2147483647, -2147483648]
const BIGINTS = [0n, 1n, -1n, 2n ** 53n, 2n ** 63n - 1n, -(2n ** 63n)]
const TEXTS = ['', 'broker-0', 'broker-1', 'b', 't', '\u0000', 'a:b', '::1', '../..', '__proto__', 'constructor']

/** A decoded answer in which one thing is another: a number, a text, how often an element is there. */
export function reshape(body: unknown, random: Random): unknown {
  const path: (string | number)[] = []
  let at: unknown = body
  while (typeof at === 'object' && at !== null) {
    const keys = Object.keys(at)
    // Arrays are where an answer grows, so mostly stop there.
    if (keys.length === 0 || (Array.isArray(at) && random() < 0.4)) break
    const key = pick(random, keys)
    path.push(key)
    at = (at as Record<string, unknown>)[key]
  }
  return replaced(body, path, other(at, random))
}

function other(value: unknown, random: Random): unknown {
  if (typeof value === 'number') return random() < 0.7 ? pick(random, NUMBERS) : value + below(random, 3) - 1
  if (typeof value === 'bigint') return pick(random, BIGINTS)
  if (typeof value === 'boolean') return !value
  if (typeof value === 'string' || value === null) return value?.length === 22 ? value : pick(random, TEXTS)
  if (!Array.isArray(value) || value.length === 0) return value
  if (random() < 0.3) return value.slice(1)
  const times = 1 + below(random, pick(random, [3, 3, 50, MOST_ELEMENTS]))
  const element = pick(random, value) as unknown
  const numbered = random() < 0.5
  const copies = Array.from({ length: times }, (_, i) => (numbered ? withNumber(element, i) : element))
  return [...(value as unknown[]), ...copies]
}

/** A copy with another number in its first place for one, which mostly is an id. */
function withNumber(element: unknown, number: number): unknown {
  if (typeof element !== 'object' || element === null) return element
  const key = Object.entries(element).find(([name, value]) => typeof value === 'number' && name !== 'errorCode')?.[0]
  return key === undefined ? element : { ...element, [key]: number }
}

function replaced(value: unknown, [first, ...rest]: readonly (string | number)[], by: unknown): unknown {
  if (first === undefined) return by
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<string, unknown>
  copy[first] = replaced(copy[first], rest, by)
  return copy
}
