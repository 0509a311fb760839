/** Of the room that results took, how much is added for the next one. */
const SLACK = 1.25

/**
 * How much room to take for a result: about what the latest ones took. The result is kept until its batch is settled, and
 * all of the room with it, which `bufferMemory` does not count. Where it was too little, the library takes another piece.
 */
export class ResultRoom {
  /** Bytes of results for each byte of input, as of late: what grows counts at once, what shrinks by and by. */
  private share = 0.5

  /** Bytes to take for the result of `length` bytes. */
  bytesFor(length: number): number {
    return Math.min(Math.ceil(length * this.share * SLACK) + 256, mostBytesOf(length))
  }

  /** What came of `length` bytes. */
  onResult(length: number, resultLength: number): void {
    const share = resultLength / Math.max(length, 1)
    this.share = share > this.share ? share : this.share + (share - this.share) / 8
  }
}

/** The most that `length` bytes can become: blocks of 128 KiB stored as they are, and headers. */
function mostBytesOf(length: number): number {
  return length + 64 + (length >>> 8)
}
