/** Whole numbers from the first to the last, both included. */
export type Range = readonly [from: number, to: number]

/** The same numbers in ascending ranges that neither touch nor overlap. */
export function normalised(ranges: readonly Range[]): Range[] {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0])
  const result: [number, number][] = []
  for (const [from, to] of sorted) {
    const last = result.at(-1)
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to)
    else result.push([from, to])
  }
  return result
}

/** How many numbers there are in normalised ranges. */
export function sizeOf(ranges: readonly Range[]): number {
  return ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0)
}

/** The numbers of normalised `a` that are in normalised `b` too. */
export function common(a: readonly Range[], b: readonly Range[]): Range[] {
  const result: Range[] = []
  let i = 0
  let j = 0
  for (;;) {
    const left = a[i]
    const right = b[j]
    if (left === undefined || right === undefined) return result
    const from = Math.max(left[0], right[0])
    const to = Math.min(left[1], right[1])
    if (from <= to) result.push([from, to])
    if (left[1] < right[1]) i++
    else j++
  }
}

/** The numbers of normalised `a` that are not in normalised `b`. */
export function without(a: readonly Range[], b: readonly Range[]): Range[] {
  const result: Range[] = []
  let j = 0
  for (const [first, to] of a) {
    let from = first
    while ((b[j]?.[1] ?? Infinity) < from) j++
    for (let k = j; from <= to; k++) {
      const [cutFrom, cutTo] = b[k] ?? [Infinity, Infinity]
      if (cutFrom > from) result.push([from, Math.min(to, cutFrom - 1)])
      if (cutFrom > to) break
      from = cutTo + 1
    }
  }
  return result
}
