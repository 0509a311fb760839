import { UnsupportedVersionError } from '@posthorn/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import {
  decodeProduceResponse,
  encodeProduceFrame,
  encodeRequest,
  produce,
  type ProduceFrame,
  ZERO_UUID,
} from '../src/index.ts'
import { messageVectors, fromHex, toHex } from './support/vectors.ts'

const versions = Array.from({ length: 11 }, (_, i) => i + 3)
const topicId = 'AAAAAAAAAAAAAAAAAAAAAQ'
const size = (chunks: readonly Uint8Array[]) => chunks.reduce((sum, chunk) => sum + chunk.length, 0)

const frames: fc.Arbitrary<ProduceFrame> = fc.record({
  transactionalId: fc.option(fc.string({ unit: 'grapheme', maxLength: 40 })),
  acks: fc.constantFrom(-1, 0, 1),
  timeoutMs: fc.nat(),
  topics: fc.array(
    fc.record({
      name: fc.string({ unit: 'grapheme', maxLength: 150 }),
      topicId: fc.constantFrom(ZERO_UUID, topicId),
      partitions: fc.array(
        fc
          .tuple(fc.nat(), fc.array(fc.uint8Array({ maxLength: 200 }), { minLength: 1, maxLength: 3 }))
          .map(([index, chunks]) => ({ index, chunks, size: size(chunks) })),
        { maxLength: 4 },
      ),
    }),
    { maxLength: 4 },
  ),
})

/** The same request by the way that copies. */
function copied(version: number, frame: ProduceFrame, clientId: string | null): Uint8Array {
  const topics = frame.topics.map((topic) => ({
    ...topic,
    partitions: topic.partitions.map(({ index, chunks }) => ({
      index,
      records: Uint8Array.from(Buffer.concat(chunks)),
    })),
  }))
  return encodeRequest(produce, version, 77, clientId, produce.encodeRequest({ ...frame, topics }, version))
}

describe('encodeProduceFrame', () => {
  it.each(versions)('PRQ-13 makes the request of version %i without copying a batch', (version) => {
    fc.assert(
      fc.property(frames, fc.option(fc.string({ maxLength: 30 })), (frame, clientId) => {
        const chunks = encodeProduceFrame(version, 77, clientId, frame)
        expect(toHex(Buffer.concat(chunks))).toBe(toHex(copied(version, frame, clientId)))
        const batches = frame.topics.flatMap((topic) => topic.partitions.flatMap((partition) => partition.chunks))
        expect(batches.every((batch) => chunks.includes(batch))).toBe(true)
        const glue = chunks.filter((chunk) => !batches.includes(chunk))
        expect(new Set(glue.map((chunk) => chunk.buffer)).size).toBe(1)
        expect(glue.every((chunk) => chunk.length > 0)).toBe(true)
      }),
      { numRuns: 30 },
    )
  })

  it.each([0, 2, 14, 3.5, NaN])('API-09 refuses version %d', (version) => {
    const frame = { transactionalId: null, acks: 1, timeoutMs: 1, topics: [] }
    expect(() => encodeProduceFrame(version, 1, null, frame)).toThrow(UnsupportedVersionError)
  })
})

describe('decodeProduceResponse', () => {
  it('reads what Java writes', () => {
    const vector = messageVectors('Produce').find(({ kind, version }) => kind === 'response' && version === 12)
    expect(decodeProduceResponse(fromHex(vector?.bytes ?? ''), 12)).toMatchObject({ topics: [{}, {}] })
  })
})
