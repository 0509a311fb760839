/** A field's value as a key: text as it is, other values as their JSON; `null` and nothing mean no key. */
export function keyText(value: unknown): string | null {
  if (value === undefined || value === null) return null
  return typeof value === 'string' ? value : JSON.stringify(value)
}
