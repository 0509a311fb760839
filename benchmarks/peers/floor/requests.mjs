import { once } from 'node:events'

/**
 * Asks for a producer id, the one thing that is needed before the first batch.
 *
 * @param {import('node:net').Socket} socket
 * @returns {Promise<bigint>}
 */
export async function producerId(socket) {
  const body = Buffer.alloc(6, 0xff)
  body.writeInt32BE(60_000, 2)
  socket.write(withHeader(22, 0, body))
  const [answer] = /** @type {[Buffer]} */ (await once(socket, 'data'))
  return answer.readBigInt64BE(14)
}

/**
 * A Produce request of version 7, in the pieces that are to be written: one batch for each partition at most.
 *
 * @param {string} topic
 * @param {readonly import('./batch.mjs').Batch[]} batches
 * @returns {Buffer[]}
 */
export function frame(topic, batches) {
  const head = Buffer.alloc(18 + topic.length)
  head.writeInt16BE(-1, 0)
  head.writeInt16BE(-1, 2)
  head.writeInt32BE(30_000, 4)
  head.writeInt32BE(1, 8)
  head.writeInt16BE(topic.length, 12)
  head.write(topic, 14, 'latin1')
  head.writeInt32BE(batches.length, 14 + topic.length)
  /** @type {Buffer[]} */
  const parts = []
  let more = 0
  for (const { partition, sealed } of batches) {
    const before = Buffer.alloc(8)
    before.writeInt32BE(partition, 0)
    before.writeInt32BE(sealed.length, 4)
    parts.push(before, sealed)
    more += 8 + sealed.length
  }
  return [withHeader(0, 7, head, more), ...parts]
}

/**
 * @param {number} api
 * @param {number} version
 * @param {Buffer} body
 * @param {number} [more] bytes that follow
 */
function withHeader(api, version, body, more = 0) {
  const header = Buffer.alloc(14)
  header.writeInt32BE(10 + body.length + more, 0)
  header.writeInt16BE(api, 4)
  header.writeInt16BE(version, 6)
  header.writeInt16BE(-1, 12)
  return Buffer.concat([header, body])
}
