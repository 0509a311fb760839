/** Beyond this, pieces grow no more: one record that stays long keeps no more than this from being freed. */
const LARGEST_PIECE = 16_384

const nothing = new Uint8Array(0)

/**
 * Gives out memory for copies of small byte strings, many in one piece: an array of its own costs each several times
 * what a small record holds. A piece is freed when nobody refers to it any more. Pieces begin with what is asked for and
 * double, so that few copies take little.
 */
export class Slab {
  /** Where the latest reservation is. */
  piece: Uint8Array = nothing
  private used = 0

  /** Reserves `bytes` of {@link piece}, and returns where they begin. */
  reserve(bytes: number): number {
    if (this.used + bytes > this.piece.length) {
      this.piece = new Uint8Array(Math.max(bytes, Math.min(2 * this.piece.length, LARGEST_PIECE)))
      this.used = 0
    }
    const at = this.used
    this.used += bytes
    return at
  }

  /** Lets go of the latest piece: what comes next begins small again. */
  clear(): void {
    this.piece = nothing
    this.used = 0
  }
}
