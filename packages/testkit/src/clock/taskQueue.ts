/** A task and when it is due. `order` decides between tasks of one moment. */
export interface ScheduledTask {
  /** Time on the clock's monotonic scale. */
  readonly at: number
  /** Grows by one with each task. */
  readonly order: number
  /** True when it is no reason to go on. */
  readonly background: boolean
  /** What to run; `null` once it was cancelled. */
  run: (() => void) | null
}

/** Tasks in the order of (time, insertion): a binary heap, in which cancelled tasks stay until they come to the top. */
export class TaskQueue {
  readonly #heap: ScheduledTask[] = []
  #order = 0
  #live = 0
  #foreground = 0

  /** Tasks that were neither taken nor cancelled. */
  get size(): number {
    return this.#live
  }

  /** Those among them that are not in the background. */
  get foreground(): number {
    return this.#foreground
  }

  /** Adds a task. */
  add(at: number, run: () => void, background: boolean): ScheduledTask {
    const task: ScheduledTask = { at, order: this.#order++, background, run }
    this.#live++
    if (!background) this.#foreground++
    const heap = this.#heap
    let i = heap.push(task) - 1
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (before(heap[parent]!, task)) break
      heap[i] = heap[parent]!
      i = parent
    }
    heap[i] = task
    return task
  }

  /** Forgets a task, unless it has been taken already. */
  cancel(task: ScheduledTask): void {
    if (task.run === null) return
    task.run = null
    this.#live--
    if (!task.background) this.#foreground--
  }

  /** When the next task is due; `undefined` when there is none. */
  nextAt(): number | undefined {
    while (this.#heap[0]?.run === null) this.#removeTop()
    return this.#heap[0]?.at
  }

  /** Takes the next task if it is due at `now`. */
  takeDue(now: number): (() => void) | undefined {
    const at = this.nextAt()
    if (at === undefined || at > now) return undefined
    const task = this.#heap[0]!
    this.#removeTop()
    const run = task.run!
    this.cancel(task)
    return run
  }

  #removeTop(): void {
    const heap = this.#heap
    const last = heap.pop()!
    const length = heap.length
    if (length === 0) return
    let i = 0
    for (;;) {
      let child = 2 * i + 1
      if (child >= length) break
      if (child + 1 < length && before(heap[child + 1]!, heap[child]!)) child++
      if (before(last, heap[child]!)) break
      heap[i] = heap[child]!
      i = child
    }
    heap[i] = last
  }
}

function before(a: ScheduledTask, b: ScheduledTask): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}
