/** A line without its newline; `null` if it was longer than allowed and not kept. */
export type Line = Buffer | null

const NEWLINE = 0x0a

/**
 * The lines of a stream of bytes, those of one chunk at a time. They are parts of the chunks, not copies, unless they
 * reach over several. At most `maxBytes` are kept of a line, so that input without newlines cannot fill the memory.
 */
export async function* lineBatches(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<readonly Line[], void, undefined> {
  const open = new OpenLine(maxBytes)
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    const lines: Line[] = []
    let start = 0
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      lines.push(open.finish(bytes.subarray(start, end)))
      start = end + 1
    }
    open.add(bytes.subarray(start))
    if (lines.length > 0) yield lines
  }
  if (!open.empty) yield [open.finish(Buffer.alloc(0))]
}

/** The line that has begun and not ended. */
class OpenLine {
  readonly #maxBytes: number
  #pieces: Buffer[] = []
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get empty(): boolean {
    return this.#bytes === 0
  }

  add(piece: Buffer): void {
    if (piece.length === 0) return
    this.#bytes += piece.length
    if (this.#bytes <= this.#maxBytes) this.#pieces.push(piece)
    else this.#pieces = []
  }

  finish(last: Buffer): Line {
    if (this.#bytes === 0) return last.length <= this.#maxBytes ? last : null
    this.add(last)
    const line = this.#bytes <= this.#maxBytes ? Buffer.concat(this.#pieces) : null
    this.#pieces = []
    this.#bytes = 0
    return line
  }
}
