/** What a value is, in a few words for an error: its type, and the text itself only where it cannot hold data. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (typeof value === 'function') return value.name === '' ? 'a function' : `a function (${value.name})`
  if (typeof value !== 'object') return `a ${typeof value}`
  const made: unknown = (value as { constructor?: unknown }).constructor
  const name = typeof made === 'function' ? made.name : ''
  if (name === '') return 'an object'
  return /^[AEIOU]/i.test(name) ? `an ${name}` : `a ${name}`
}
