/** What ends with one signal. */
interface Group {
  readonly ends: Set<() => void>
  readonly listener: () => void
}

/**
 * One listener for all sends of one signal. Programs give a signal of theirs to every send, and a signal looks through all
 * of its listeners whenever one comes or goes.
 */
export class AbortGroups {
  private readonly groups = new Map<AbortSignal, Group>()

  /** Calls `end` when the signal aborts. */
  add(signal: AbortSignal, end: () => void): void {
    let group = this.groups.get(signal)
    if (group === undefined) {
      const ends = new Set<() => void>()
      const listener = (): void => {
        this.groups.delete(signal)
        for (const each of ends) each()
      }
      group = { ends, listener }
      this.groups.set(signal, group)
      signal.addEventListener('abort', listener, { once: true })
    }
    group.ends.add(end)
  }

  /** Takes back what `add` was told; the last one leaves nothing at the signal. */
  remove(signal: AbortSignal, end: () => void): void {
    const group = this.groups.get(signal)
    if (group === undefined || !group.ends.delete(end) || group.ends.size > 0) return
    this.groups.delete(signal)
    signal.removeEventListener('abort', group.listener)
  }
}
