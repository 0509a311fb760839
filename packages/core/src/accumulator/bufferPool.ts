/** Memory of one batch. */
export interface PooledBuffer {
  /** The memory itself, at least as long as asked for. */
  readonly bytes: Uint8Array
  /** The same memory. */
  readonly view: DataView
  /** Number of the slab that it is a part of, see {@link BufferPool.slabs}; -1 for memory of its own. */
  readonly slab: number
  /** Where in the slab it begins. */
  readonly start: number
  /** Whether it counts towards `bufferMemory`; memory for the pieces of a divided batch does not (SPL-08). */
  readonly accounted: boolean
}

/**
 * Buffers of `batchSize` are cut from slabs of about so many bytes: each append goes by the slab, and a few of those stay
 * in the processor's caches where thousands of buffers do not.
 */
const SLAB_BYTES = 256 * 1024

/** A slab, and its buffers. */
interface Slab {
  readonly bytes: Uint8Array
  /** Buffers that were cut from it. */
  cut: number
  /** Those of them that are kept for reuse. */
  kept: number
}

/**
 * Accounts for `bufferMemory` and keeps buffers of exactly `batchSize` for reuse; others are left to the garbage
 * collector. It never waits: who is refused waits in {@link ../producer/waitingRoom.ts}, first come first served. What is
 * out never adds up to more than `bufferMemory`; with buffers of other sizes among it, what is kept in slabs that are in
 * use comes on top.
 */
export class BufferPool {
  /** `bufferMemory`, bytes. */
  readonly totalBytes: number
  /** Size of the buffers that are kept, bytes. */
  readonly poolableBytes: number
  /** The bytes of slabs, by number; empty for one that was let go. */
  readonly slabs: Uint8Array[] = []
  private readonly perSlab: number
  private readonly parts: (Slab | null)[] = []
  /** Number of the slab that buffers are cut from; -1 while there is none. */
  private cutting = -1
  /** Bytes of all buffers that were cut: what nobody has written to yet, the system has not given out either. */
  private cutBytes = 0
  private freeBytes: number
  /** Bytes of buffers in use that are no part of a slab. */
  private otherBytes = 0
  private kept: PooledBuffer[] = []

  constructor(totalBytes: number, poolableBytes: number) {
    this.totalBytes = totalBytes
    this.poolableBytes = poolableBytes
    this.freeBytes = totalBytes
    this.perSlab = Math.max(1, Math.floor(Math.min(SLAB_BYTES, totalBytes) / poolableBytes))
  }

  /** Bytes that can still be handed out. */
  get availableBytes(): number {
    return this.freeBytes
  }

  /** Memory of `size` bytes, its content undefined, or `null` when less than that is left. */
  tryAllocate(size: number): PooledBuffer | null {
    if (size > this.freeBytes) return null
    this.freeBytes -= size
    try {
      return size === this.poolableBytes ? (this.takeKept() ?? this.cut()) : this.other(size)
    } catch (error) {
      this.freeBytes += size
      throw error
    }
  }

  /** Takes memory back. The caller must not touch it again. */
  release(buffer: PooledBuffer): void {
    if (!buffer.accounted) return
    this.freeBytes += buffer.bytes.length
    const slab = this.parts[buffer.slab]
    if (slab === undefined || slab === null) {
      this.otherBytes -= buffer.bytes.length
      return
    }
    slab.kept++
    this.kept.push(buffer)
  }

  private takeKept(): PooledBuffer | undefined {
    const buffer = this.kept.pop()
    if (buffer !== undefined) (this.parts[buffer.slab] as Slab).kept--
    return buffer
  }

  private cut(): PooledBuffer {
    let slab = this.parts[this.cutting] ?? null
    if (slab === null || slab.cut === this.perSlab) slab = this.addSlab()
    const start = slab.cut * this.poolableBytes
    const bytes = slab.bytes.subarray(start, start + this.poolableBytes)
    const view = new DataView(slab.bytes.buffer, start, this.poolableBytes)
    slab.cut++
    this.cutBytes += this.poolableBytes
    return { bytes, view, slab: this.cutting, start, accounted: true }
  }

  private addSlab(): Slab {
    const bytes = new Uint8Array(this.perSlab * this.poolableBytes)
    const slab = { bytes, cut: 0, kept: 0 }
    const free = this.parts.indexOf(null)
    this.cutting = free < 0 ? this.parts.length : free
    this.parts[this.cutting] = slab
    this.slabs[this.cutting] = bytes
    return slab
  }

  /** Memory of another size. Slabs that nobody uses are a part of what is free, and make way for it (BUF-03). */
  private other(size: number): PooledBuffer {
    if (this.cutBytes + this.otherBytes + size > this.totalBytes) this.letGo()
    const buffer = newBuffer(size, true)
    this.otherBytes += size
    return buffer
  }

  private letGo(): void {
    let some = false
    for (const [number, slab] of this.parts.entries()) {
      if (slab === null || slab.kept < slab.cut) continue
      some = true
      this.parts[number] = null
      this.slabs[number] = NO_BYTES
      this.cutBytes -= slab.cut * this.poolableBytes
      if (this.cutting === number) this.cutting = -1
    }
    if (some) this.kept = this.kept.filter(({ slab }) => this.parts[slab] !== null)
  }
}

const NO_BYTES = new Uint8Array(0)

/** Memory outside of any pool. */
export function unaccountedBuffer(size: number): PooledBuffer {
  return newBuffer(size, false)
}

function newBuffer(size: number, accounted: boolean): PooledBuffer {
  const memory = new ArrayBuffer(size)
  return { bytes: new Uint8Array(memory), view: new DataView(memory), slab: -1, start: 0, accounted }
}
