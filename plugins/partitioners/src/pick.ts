import type { TopicView } from '@posthorn/contracts'

/** One of `candidates`, each as likely as the others; one of all partitions when there is none. */
export function pickUniform(view: TopicView, candidates: readonly number[], random: () => number): number {
  if (candidates.length === 0) return Math.floor(random() * view.partitionCount)
  return candidates[Math.floor(random() * candidates.length)]!
}

/**
 * One of the responsive `candidates`, each with a chance in proportion to (longest queue + 1 − its own
 * queue); {@link pickUniform} when none is responsive. Queues of 0, 3 and 1 batches weigh 4, 1 and 3 (KIP-794).
 */
export function pickByLoad(view: TopicView, candidates: readonly number[], random: () => number): number {
  let responsive = 0
  let longest = 0
  let queued = 0
  for (let i = 0; i < candidates.length; i++) {
    const partition = candidates[i]!
    if (!view.isResponsive(partition)) continue
    const length = view.queueLength(partition)
    responsive++
    queued += length
    if (length > longest) longest = length
  }
  if (responsive === 0) return pickUniform(view, candidates, random)

  // Two passes over the view instead of a table of sums: nothing is allocated, and a pick is rare.
  let left = Math.floor(random() * (responsive * (longest + 1) - queued))
  let last = candidates[0]!
  for (let i = 0; i < candidates.length; i++) {
    const partition = candidates[i]!
    if (!view.isResponsive(partition)) continue
    last = partition
    left -= longest + 1 - view.queueLength(partition)
    if (left < 0) break
  }
  return last
}
