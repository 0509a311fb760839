import type { TopicView } from '@posthorn/contracts'

/** One of the partitions that have a leader, each as likely as the others; one of all when none has a leader. */
export function pickUniform(view: TopicView, random: () => number): number {
  const { available } = view
  if (available.length === 0) return Math.floor(random() * view.partitionCount)
  return available[Math.floor(random() * available.length)]!
}

/**
 * One of the responsive partitions that have a leader, each with a chance in proportion to (longest queue + 1 − its own
 * queue); {@link pickUniform} when no partition is both. Queues of 0, 3 and 1 batches weigh 4, 1 and 3 (KIP-794).
 */
export function pickByLoad(view: TopicView, random: () => number): number {
  const { available } = view
  let candidates = 0
  let longest = 0
  let queued = 0
  for (let i = 0; i < available.length; i++) {
    const partition = available[i]!
    if (!view.isResponsive(partition)) continue
    const length = view.queueLength(partition)
    candidates++
    queued += length
    if (length > longest) longest = length
  }
  if (candidates === 0) return pickUniform(view, random)

  // Two passes over the view instead of a table of sums: nothing is allocated, and a pick is rare.
  let left = Math.floor(random() * (candidates * (longest + 1) - queued))
  let last = available[0]!
  for (let i = 0; i < available.length; i++) {
    const partition = available[i]!
    if (!view.isResponsive(partition)) continue
    last = partition
    left -= longest + 1 - view.queueLength(partition)
    if (left < 0) break
  }
  return last
}
