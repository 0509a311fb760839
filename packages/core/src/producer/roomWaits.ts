import type { Readiness } from '../accumulator/readiness.ts'

/**
 * Calls of `ready`. They wait for a change, not for an amount: whoever was refused once, perhaps because of a record
 * larger than most, must not be told at once that there is room, or a loop of `trySend` and `ready` would never end.
 */
export class RoomWaits {
  private readonly readiness: Readiness
  private readonly waits: (() => void)[] = []
  private refused = false

  constructor(readiness: Readiness) {
    this.readiness = readiness
  }

  /** A record was refused: until something changes, there is no room. */
  refuse(): void {
    this.refused = true
  }

  /** Resolves at once if there is room as far as the caller sees and nobody was refused, else with the next change. */
  wait(hasRoom: boolean): Promise<void> {
    if (hasRoom && !this.refused) return Promise.resolve()
    // What lingers holds memory that somebody waits for now.
    if (this.waits.length === 0) this.readiness.hurry()
    return new Promise((resolve) => this.waits.push(resolve))
  }

  /** Something has changed that may have made room. */
  wake(): void {
    this.refused = false
    if (this.waits.length === 0) return
    this.readiness.relax()
    for (const wake of this.waits.splice(0)) wake()
  }
}
