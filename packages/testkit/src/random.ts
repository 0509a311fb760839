/**
 * A seeded generator of numbers in [0, 1): sfc32, small, fast, and the same on every platform. The same seed gives the
 * same numbers for ever, so a failing simulation can be run again from its seed alone. Not for anything secret.
 */
export function seededRandom(seed: number | string): () => number {
  let [a, b, c] = spread(String(seed))
  let counter = 1
  const next = (): number => {
    const sum = (a + b + counter++) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 0x1_0000_0000
  }
  // The first outputs of near seeds resemble each other; later ones do not.
  for (let i = 0; i < 12; i++) next()
  return next
}

/** Three words from a text by FNV-1a, each with a start of its own. */
function spread(text: string): [number, number, number] {
  const word = (start: number): number => {
    let hash = start
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
    return hash | 0
  }
  return [word(0x811c9dc5), word(0x9e3779b9), word(0x243f6a88)]
}
