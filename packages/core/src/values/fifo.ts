/** First in, first out. `shift` of a long array moves all that is left; this moves it only when half of it has gone. */
export class Fifo<T> implements Iterable<T> {
  private size = 0
  private items: T[] = []
  private head = 0

  /** Number of items. */
  get length(): number {
    return this.size
  }

  /** The item that has been here longest. */
  get first(): T | undefined {
    return this.items[this.head]
  }

  /** Adds an item at the end. */
  push(item: T): void {
    this.items.push(item)
    this.size++
  }

  /** Takes the first item out. */
  shift(): T | undefined {
    if (this.length === 0) return undefined
    const item = this.items[this.head]
    this.head++
    this.size--
    if (this.head * 2 >= this.items.length) {
      this.items = this.items.slice(this.head)
      this.head = 0
    }
    return item
  }

  /** Takes all items out. */
  takeAll(): T[] {
    const taken = this.items.slice(this.head)
    this.items = []
    this.head = 0
    this.size = 0
    return taken
  }

  *[Symbol.iterator](): Generator<T, void> {
    for (let at = this.head; at < this.items.length; at++) yield this.items[at] as T
  }
}
