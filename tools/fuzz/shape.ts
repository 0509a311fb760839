/** What a decoded value consists of. */
export interface Shape {
  /** Elements of arrays. */
  readonly elements: number
  /** UTF-16 units of strings. */
  readonly characters: number
  /** Bytes in memory that is not the input's. */
  readonly ownBytes: number
  /** The form in a few letters, the same for values that differ only in their numbers. */
  readonly signature: string
}

/** Measures `value`, which was made of `input`. */
export function shapeOf(value: unknown, input: Uint8Array): Shape {
  let elements = 0
  let characters = 0
  let ownBytes = 0
  let nulls = 0
  let negative = 0
  const waiting: unknown[] = [value]
  while (waiting.length > 0) {
    const next = waiting.pop()
    if (next === null) nulls++
    else if (typeof next === 'string') characters += next.length
    else if (typeof next === 'number' || typeof next === 'bigint') negative += next < 0 ? 1 : 0
    else if (next instanceof Uint8Array) ownBytes += next.buffer === input.buffer ? 0 : next.length
    else if (Array.isArray(next)) {
      elements += next.length
      for (const element of next) waiting.push(element)
    } else if (typeof next === 'object') waiting.push(...(Object.values(next) as unknown[]))
  }
  const signature = [elements, characters, nulls, negative].map((count) => Math.ceil(Math.log2(count + 1))).join('.')
  return { elements, characters, ownBytes, signature }
}
