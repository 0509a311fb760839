import { makePayloads } from '../driver/payloads.mjs'

/**
 * Something that is called over and over, and what one call does.
 *
 * @typedef {object} Piece
 * @property {string} name
 * @property {string} unit that figures are given for
 * @property {number} units of one call
 * @property {() => unknown} run may give a promise, which is waited for
 */

const BATCH_BYTES = 65_536
const PARTITIONS = 6

/**
 * The pieces that packages export: encoding, checksum, framing, parsing, codecs.
 *
 * @param {any} protocol the package
 * @param {Readonly<Record<string, any>>} codecs by Kafka's names
 * @param {any} native a checksum, or `null`
 * @returns {Piece[]}
 */
export function makePieces(protocol, codecs, native) {
  const { values } = makePayloads(100, 0, 'random')
  const buffer = new Uint8Array(BATCH_BYTES)
  const batch = jsonBatch()
  return [
    {
      name: 'writeRecord, 100 B',
      unit: 'record',
      units: 500,
      run() {
        let at = 0
        for (let i = 0; i < 500; i++) at = protocol.writeRecord(buffer, at, i, 0, null, values[i], [])
      },
    },
    { name: 'crc32c in JavaScript', unit: 'KiB', units: 64, run: () => protocol.crc32c.crc32c(batch) },
    ...(native === null ? [] : [{ name: 'crc32c, native', unit: 'KiB', units: 64, run: () => native.crc32c(batch) }]),
    { name: 'frame of 6 batches', unit: 'request', units: 1, run: framing(protocol, batch) },
    { name: 'response of 6 partitions', unit: 'response', units: 1, run: parsing(protocol) },
    ...compressing(codecs, batch),
  ]
}

/** 64 KiB as the records of W2 would fill them. */
function jsonBatch() {
  const { values } = makePayloads(1024, 0, 'json')
  return Buffer.concat(values.slice(0, 64)).subarray(0, BATCH_BYTES)
}

/**
 * @param {any} protocol
 * @param {Uint8Array} batch
 */
function framing({ encodeProduceFrame, ZERO_UUID }, batch) {
  const partitions = Array.from({ length: PARTITIONS }, (_, index) => ({ index, chunks: [batch], size: batch.length }))
  const topics = [{ name: 'bench', topicId: ZERO_UUID, partitions }]
  const request = { transactionalId: null, acks: -1, timeoutMs: 30_000, topics }
  return () => encodeProduceFrame(11, 1, 'bench', request)
}

/** @param {any} protocol */
function parsing({ decodeProduceResponse, produce, ZERO_UUID }) {
  const partitions = Array.from({ length: PARTITIONS }, (_, index) => ({
    index,
    errorCode: 0,
    baseOffset: 123_456_789n,
    logAppendTimeMs: -1,
    logStartOffset: 0n,
    recordErrors: [],
    errorMessage: null,
    currentLeader: null,
  }))
  const topics = [{ name: 'bench', topicId: ZERO_UUID, partitions }]
  const response = { topics, throttleTimeMs: 0, nodeEndpoints: [] }
  const body = produce.encodeResponse(response, 8)
  return () => decodeProduceResponse(body, 8)
}

/**
 * @param {Readonly<Record<string, any>>} codecs
 * @param {Uint8Array} batch
 * @returns {Piece[]}
 */
function compressing(codecs, batch) {
  return Object.entries(codecs).map(([name, codec]) => ({
    name: `${name}, 64 KiB of JSON`,
    unit: 'KiB',
    units: 64,
    run: () => codec.compress(batch),
  }))
}
