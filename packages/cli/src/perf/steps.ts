import type { Bucket } from './histogram.ts'

/** Latencies between two round numbers. */
export type Step = Bucket

/**
 * Buckets gathered into steps of 1, 2 and 5 times the powers of ten, from the first that has something to the last:
 * what a person can take in.
 */
export function stepsOf(buckets: readonly Bucket[]): Step[] {
  const [first, last] = [buckets[0], buckets.at(-1)]
  if (first === undefined || last === undefined) return []
  const edges = edgesUpTo(last.toMs)
  const steps: { fromMs: number; toMs: number; count: number }[] = []
  for (let i = 0; i + 1 < edges.length; i++) {
    const [fromMs, toMs] = [edges[i]!, edges[i + 1]!]
    if (toMs > first.fromMs) steps.push({ fromMs, toMs, count: 0 })
  }
  for (const { fromMs, count } of buckets) {
    // A bucket over an edge, of which there are few, goes where it begins.
    const step = steps.findLast((candidate) => candidate.fromMs <= fromMs)
    if (step !== undefined) step.count += count
  }
  while (steps.at(-1)?.count === 0) steps.pop()
  return steps
}

/** 0, and then 0.01, 0.02, 0.05, 0.1 and so on, until one is not below `most`. */
function edgesUpTo(most: number): number[] {
  const edges = [0]
  for (let power = -2; ; power++) {
    for (const factor of [1, 2, 5]) {
      edges.push(Number(`${factor}e${power}`))
      if (edges.at(-1)! >= most) return edges
    }
  }
}
