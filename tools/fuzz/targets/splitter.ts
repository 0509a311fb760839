import { DEFAULT_MAX_FRAME_BYTES, FrameSplitter, encodeResponse, metadata } from '@posthorn/protocol'
import { seededRandom } from '@posthorn/testkit'
import { below, splice } from '../mutate.ts'
import { Violation, type Target } from '../target.ts'
import { vectorsOf } from './apis.ts'

/** Largest frame that some splitters are told to take: small, so that both sides of it are reached. */
const SMALL_LIMIT = 4096

/** Frames cut out of a stream that comes in chunks: the first byte of an input is the seed of where it is cut. */
export function splitterTarget(): Target {
  const bodies = vectorsOf(metadata).slice(0, 6)
  const frames = bodies.map(({ version, body }) => encodeResponse(metadata, version, 1, body))
  const stream = frames.reduce((all, frame) => splice(all, all.length, all.length, frame), new Uint8Array(0))
  return {
    name: 'frameSplitter',
    seeds: [
      Uint8Array.of(1, ...stream),
      Uint8Array.of(2, ...new Uint8Array(9)),
      ...frames.map((frame, seed) => Uint8Array.of(seed, ...frame)),
      ...['HTTP/1.1 400 Bad Request', '\x15\x03\x03\x00\x02\x02\x46'].map((text) =>
        Uint8Array.from(Buffer.from(`\0${text}`, 'latin1')),
      ),
    ],
    codes: new Set(['INVALID_FRAME', 'SSL_EXPECTED', 'NOT_KAFKA']),
    run: (input) => split(input.subarray(1), input[0] ?? 0),
    check(value, input) {
      const frames = value as readonly Uint8Array[]
      const expected = framesOf(input.subarray(1))
      const same =
        frames.length === expected.length && frames.every((frame, i) => Buffer.compare(frame, expected[i]!) === 0)
      if (!same) throw new Violation(`${frames.length} frames, or other ones, out of ${expected.length}`)
    },
  }
}

/** Frames are valid during the call only, so the memory of each chunk is made useless behind it. */
function split(stream: Uint8Array, seed: number): Uint8Array[] {
  const random = seededRandom(seed)
  const limit = seed % 2 === 0 ? SMALL_LIMIT : DEFAULT_MAX_FRAME_BYTES
  const splitter = new FrameSplitter(limit)
  const frames: Uint8Array[] = []
  const most = 1 + below(random, random() < 0.5 ? 8 : 600)
  for (let at = 0; at < stream.length;) {
    const chunk = stream.slice(at, at + 1 + below(random, most))
    splitter.push(chunk, (frame) => frames.push(frame.slice()))
    at += chunk.length
    chunk.fill(0xa5)
    if (splitter.pendingBytes > Math.min(at, limit + 4)) {
      throw new Violation(`${splitter.pendingBytes} bytes are pending of ${at}`)
    }
  }
  return frames
}

/** The same in the simplest way: what is whole, of a stream without a fault. */
function framesOf(stream: Uint8Array): Uint8Array[] {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength)
  const frames: Uint8Array[] = []
  for (let at = 0; at + 4 <= stream.length;) {
    const length = view.getInt32(at)
    if (at + 4 + length > stream.length) break
    frames.push(stream.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return frames
}
