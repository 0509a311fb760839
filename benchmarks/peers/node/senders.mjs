/** @typedef {import('../../src/driver/drive.mjs').SendOne} SendOne */
/** @typedef {import('../../src/driver/payloads.mjs').Payloads} Payloads */
/** @typedef {import('../../src/driver/tally.mjs').Tally} Tally */
/** @typedef {{ key: Uint8Array | null, value: Uint8Array }} Message */
/** @typedef {(messages: Message[]) => Promise<unknown>} SendMany */

/**
 * One call for each record, as most services do.
 *
 * @param {SendMany} sendMany
 * @param {Payloads} payloads
 * @param {Tally} tally
 * @returns {{ send: SendOne }}
 */
export function oneByOne(sendMany, payloads, tally) {
  return {
    send(index, timed) {
      tally.accepted++
      tally.outstanding++
      const onAcked = timed ? tally.onAckedSince(performance.now()) : tally.onAcked
      sendMany([messageOf(payloads, index)]).then(onAcked, tally.onFailed)
      return true
    },
  }
}

/**
 * One call for so many records: what these clients are fast at.
 *
 * @param {number} size
 * @param {SendMany} sendMany
 * @param {Payloads} payloads
 * @param {Tally} tally
 * @returns {{ send: SendOne, flush: () => void }}
 */
export function inBatches(size, sendMany, payloads, tally) {
  /** @type {Message[]} */
  let messages = []
  /** @type {(() => void)[]} */
  let outcomes = []
  const flush = () => {
    if (messages.length === 0) return
    const acked = outcomes
    sendMany(messages).then(
      () => acked.forEach((onAcked) => onAcked()),
      (error) => acked.forEach(() => tally.onFailed(error)),
    )
    messages = []
    outcomes = []
  }
  /** @type {SendOne} */
  const send = (index, timed) => {
    tally.accepted++
    tally.outstanding++
    messages.push(messageOf(payloads, index))
    outcomes.push(timed ? tally.onAckedSince(performance.now()) : tally.onAcked)
    if (messages.length >= size) flush()
    return true
  }
  return { send, flush }
}

/**
 * @param {Payloads} payloads
 * @param {number} index
 * @returns {Message}
 */
function messageOf({ values, keys }, index) {
  const at = index % values.length
  return { key: keys?.[at] ?? null, value: /** @type {Uint8Array} */ (values[at]) }
}
