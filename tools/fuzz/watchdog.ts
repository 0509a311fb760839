import { Worker } from 'node:worker_threads'
import { MOST_BYTES } from './mutateFields.ts'

/** Where the two threads meet: executions so far, whether one runs, length of its input, number of its target. */
const Slot = { count: 0, running: 1, length: 2, target: 3 } as const

const HEADER_BYTES = 16

/** Watches from a thread of its own that executions come to an end, and ends the process if one does not. */
export class Watchdog {
  private readonly slots: Int32Array
  private readonly bytes: Uint8Array
  private readonly worker: Worker

  /** Names of targets, for the report; an execution may take `limitMs`. */
  constructor(names: readonly string[], limitMs: number) {
    const shared = new SharedArrayBuffer(HEADER_BYTES + MOST_BYTES)
    this.slots = new Int32Array(shared, 0, HEADER_BYTES / 4)
    this.bytes = new Uint8Array(shared, HEADER_BYTES)
    const workerData = { shared, names, limitMs }
    this.worker = new Worker(new URL('./watchdogThread.ts', import.meta.url), { workerData, execArgv: [] })
    this.worker.unref()
  }

  /** An execution begins. */
  begin(target: number, input: Uint8Array): void {
    this.bytes.set(input.subarray(0, MOST_BYTES))
    this.slots[Slot.length] = Math.min(input.length, MOST_BYTES)
    this.slots[Slot.target] = target
    this.slots[Slot.running] = 1
    Atomics.add(this.slots, Slot.count, 1)
  }

  /** It has ended. */
  end(): void {
    this.slots[Slot.running] = 0
  }

  /** Ends the thread. */
  async stop(): Promise<void> {
    await this.worker.terminate()
  }
}
