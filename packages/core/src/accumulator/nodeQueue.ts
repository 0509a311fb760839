import type { PartitionQueue } from './partitionQueue.ts'

/**
 * The partitions led by one broker that have something to send, in the order of their turns. Partitions with nothing to
 * send are not here, so that a pass costs nothing for them; one that was drained goes to the end (ACC-10).
 */
export class NodeQueue {
  readonly nodeId: number
  private waiting: PartitionQueue[] = []
  private spare: PartitionQueue[] = []
  private readyMs = 0
  private drainMs = 0
  /** Whether something was listed in the latest pass that drained. */
  private hadData = false

  constructor(nodeId: number) {
    this.nodeId = nodeId
  }

  /** Number of partitions listed. */
  get size(): number {
    return this.waiting.length
  }

  /** The broker has something listed; `takesData`: it takes a request now (SPD-16). */
  onPass(nowMs: number, takesData: boolean): void {
    if (takesData || !this.hadData) this.drainMs = nowMs
    this.readyMs = nowMs
    this.hadData = true
  }

  /** How long what is listed has waited for a broker that takes no data, ms; 0 when nothing is listed. */
  get waitedMs(): number {
    return this.waiting.length === 0 ? 0 : Math.max(0, this.readyMs - this.drainMs)
  }

  /** The broker had nothing listed in a pass. */
  onIdlePass(): void {
    this.hadData = false
  }

  /** Lists a partition; returns false when it was listed already. */
  list(queue: PartitionQueue): boolean {
    if (queue.listed) return false
    queue.listed = true
    this.waiting.push(queue)
    return true
  }

  /** Takes one partition out, because its leader is elsewhere now. */
  unlist(queue: PartitionQueue): void {
    if (!queue.listed) return
    queue.listed = false
    this.waiting.splice(this.waiting.indexOf(queue), 1)
  }

  /** Takes all partitions out, to be looked at in turn and listed again where something is left. */
  takeAll(): readonly PartitionQueue[] {
    const taken = this.waiting
    this.waiting = this.spare
    this.waiting.length = 0
    this.spare = taken
    for (const queue of taken) queue.listed = false
    return taken
  }
}
