/** Work on blocks that would hold up the event loop together: one in each turn, first come, first served. */
export class Turns {
  private readonly waiting: (() => void)[] = []

  /** Maps blocks in order. Rejects with what `map` throws. */
  map<R>(blocks: readonly Uint8Array[], map: (block: Uint8Array) => R): Promise<R[]> {
    return Promise.all(blocks.map(async (block) => this.myTurn().then(() => map(block))))
  }

  private myTurn(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve)
      if (this.waiting.length === 1) setImmediate(this.turn)
    })
  }

  private readonly turn = (): void => {
    this.waiting.shift()?.()
    if (this.waiting.length > 0) setImmediate(this.turn)
  }
}
