import { ProtocolError } from '@posthorn/contracts'

import { FRAME_LENGTH_BYTES } from './frame.ts'

/** Largest frame that is accepted when nothing else is said: 100 MiB, a broker's `socket.request.max.bytes`. */
export const DEFAULT_MAX_FRAME_BYTES: number = 100 * 1024 * 1024

/** Memory taken at first for a frame that spans chunks: a length alone must not make us allocate what it claims. */
const firstCapacity = 64 * 1024

/**
 * Cuts what arrives on one connection into frames. Copies only frames that span chunks. After an error it is not used
 * any more.
 */
export class FrameSplitter {
  private readonly maxFrameBytes: number
  private readonly lengthBytes = new Uint8Array(FRAME_LENGTH_BYTES)
  private lengthHeld = 0
  /** Length of the frame that has begun, -1 when none has. */
  private frameLength = -1
  private held: Uint8Array = new Uint8Array(0)
  private heldBytes = 0
  private first = true

  /** `maxFrameBytes` is the largest frame, without its length, that is accepted. */
  constructor(maxFrameBytes: number = DEFAULT_MAX_FRAME_BYTES) {
    this.maxFrameBytes = maxFrameBytes
  }

  /** Bytes of a frame that has begun and not ended, its length included. */
  get pendingBytes(): number {
    return this.lengthHeld + this.heldBytes
  }

  /**
   * Takes a chunk and calls `onFrame` for each frame that it completes, in order, without the length. A frame may be a
   * view of `chunk`; it is valid during the call. Throws `INVALID_FRAME` for a length that is negative or above the
   * maximum, `SSL_EXPECTED` for first bytes that are those of TLS and `NOT_KAFKA` for those of HTTP and the like; frames
   * before it have been handed out.
   */
  push(chunk: Uint8Array, onFrame: (frame: Uint8Array) => void): void {
    let at = 0
    while (at < chunk.length || this.frameLength === 0) {
      if (this.frameLength < 0) {
        at = this.takeLength(chunk, at)
        continue
      }
      const missing = this.frameLength - this.heldBytes
      const available = chunk.length - at
      if (available < missing) {
        this.hold(chunk.subarray(at))
        return
      }
      const part = chunk.subarray(at, at + missing)
      at += missing
      onFrame(this.complete(part))
    }
  }

  private takeLength(chunk: Uint8Array, at: number): number {
    while (at < chunk.length && this.lengthHeld < FRAME_LENGTH_BYTES) {
      this.lengthBytes[this.lengthHeld++] = chunk[at++] ?? 0
    }
    if (this.lengthHeld === FRAME_LENGTH_BYTES) {
      this.frameLength = this.checkedLength()
      this.first = false
    }
    return at
  }

  private checkedLength(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.lengthBytes
    const length = (a << 24) | (b << 16) | (c << 8) | d
    const peer = this.first ? guessPeer(this.lengthBytes) : null
    if (peer !== null) throw new ProtocolError(peer.code, `The peer does not speak Kafka's protocol: ${peer.what}`)
    if (length < 0 || length > this.maxFrameBytes) {
      throw new ProtocolError('INVALID_FRAME', `A frame of ${length} bytes; the limit is ${this.maxFrameBytes}`)
    }
    return length
  }

  private hold(part: Uint8Array): void {
    const needed = this.heldBytes + part.length
    if (needed > this.held.length) {
      const capacity = Math.min(this.frameLength, Math.max(needed, firstCapacity, this.held.length * 2))
      const grown = new Uint8Array(capacity)
      grown.set(this.held.subarray(0, this.heldBytes))
      this.held = grown
    }
    this.held.set(part, this.heldBytes)
    this.heldBytes = needed
  }

  private complete(part: Uint8Array): Uint8Array {
    let frame = part
    if (this.heldBytes > 0) {
      this.hold(part)
      frame = this.held.subarray(0, this.heldBytes)
      this.held = new Uint8Array(0)
      this.heldBytes = 0
    }
    this.frameLength = -1
    this.lengthHeld = 0
    return frame
  }
}

/** What a peer probably is whose first four bytes cannot begin an answer of Kafka's; null when they can. */
function guessPeer(bytes: Uint8Array): { readonly code: string; readonly what: string } | null {
  const [type, major] = bytes
  if ((type === 0x15 || type === 0x16) && major === 3) {
    const sent = type === 0x15 ? 'alert' : 'handshake'
    return { code: 'SSL_EXPECTED', what: `it sent a TLS ${sent}, so this port probably wants TLS` }
  }
  if (!bytes.every((byte) => byte >= 0x20 && byte < 0x7f)) return null
  const text = String.fromCharCode(...bytes)
  return {
    code: 'NOT_KAFKA',
    what: text === 'HTTP' ? 'it is an HTTP server' : `it sent text that begins with '${text}'`,
  }
}
