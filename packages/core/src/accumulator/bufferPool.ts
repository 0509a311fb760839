/** Memory of one batch. */
export interface PooledBuffer {
  /** The memory itself, at least as long as asked for. */
  readonly bytes: Uint8Array
  /** The same memory. */
  readonly view: DataView
  /** Whether it counts towards `bufferMemory`; memory for the pieces of a divided batch does not (SPL-08). */
  readonly accounted: boolean
}

/**
 * Accounts for `bufferMemory` and keeps buffers of exactly `batchSize` for reuse; others are left to the garbage
 * collector. It never waits: who is refused waits in {@link ../producer/waitingRoom.ts}, first come first served.
 */
export class BufferPool {
  /** `bufferMemory`, bytes. */
  readonly totalBytes: number
  /** Size of the buffers that are kept, bytes. */
  readonly poolableBytes: number
  private freeBytes: number
  private readonly kept: PooledBuffer[] = []

  constructor(totalBytes: number, poolableBytes: number) {
    this.totalBytes = totalBytes
    this.poolableBytes = poolableBytes
    this.freeBytes = totalBytes
  }

  /** Bytes that can still be handed out. */
  get availableBytes(): number {
    return this.freeBytes
  }

  /** Memory of `size` bytes, its content undefined, or `null` when less than that is left. */
  tryAllocate(size: number): PooledBuffer | null {
    if (size > this.freeBytes) return null
    this.freeBytes -= size
    if (size === this.poolableBytes) {
      const buffer = this.kept.pop()
      if (buffer !== undefined) return buffer
    }
    // What is kept is part of what is free; kept memory makes way for memory of another size (BUF-03).
    while (this.kept.length * this.poolableBytes > this.freeBytes) this.kept.pop()
    try {
      return newBuffer(size, true)
    } catch (error) {
      this.freeBytes += size
      throw error
    }
  }

  /** Takes memory back. The caller must not touch it again. */
  release(buffer: PooledBuffer): void {
    if (!buffer.accounted) return
    this.freeBytes += buffer.bytes.length
    if (buffer.bytes.length === this.poolableBytes) this.kept.push(buffer)
  }
}

/** Memory outside of any pool. */
export function unaccountedBuffer(size: number): PooledBuffer {
  return newBuffer(size, false)
}

function newBuffer(size: number, accounted: boolean): PooledBuffer {
  const memory = new ArrayBuffer(size)
  return { bytes: new Uint8Array(memory), view: new DataView(memory), accounted }
}
