import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import type { Io } from '../io.ts'

/** Where the records come from. */
export interface Input {
  readonly stream: Readable
  /** What to call it in an error. */
  readonly name: string
  /** Bytes in all, if known, and how many of them were read. */
  readonly totalBytes: number | null
  bytesRead(): number
}

/** Larger than Node's default, for fewer turns; a fraction of `bufferMemory`. */
const CHUNK_BYTES = 256 * 1024

const reasons: ReadonlyMap<string | undefined, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['EACCES', 'permission denied'],
  ['EISDIR', 'it is a folder'],
])

/** Opens the file, or standard input for `null`. Throws an error that names the file and the reason. */
export async function openInput(file: string | null, io: Io): Promise<Input> {
  if (file === null) return { stream: io.stdin, name: 'standard input', totalBytes: null, bytesRead: () => 0 }
  try {
    const stats = await stat(file)
    const stream = createReadStream(file, { highWaterMark: CHUNK_BYTES })
    await new Promise((resolve, reject) => stream.once('open', resolve).once('error', reject))
    if (stats.isDirectory()) {
      stream.destroy()
      throw Object.assign(new Error(), { code: 'EISDIR' })
    }
    return { stream, name: file, totalBytes: stats.isFile() ? stats.size : null, bytesRead: () => stream.bytesRead }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new Error(`cannot read ${file}: ${reasons.get(code) ?? message}`, { cause: error })
  }
}
