/** @typedef {import('posthorn').Producer<Uint8Array | string, Uint8Array | string>} Producer */
/** @typedef {import('./drive.mjs').SendOne} SendOne */

/**
 * The mode's way to send a record: what an application would write.
 *
 * @param {import('./flags.mjs').DriverFlags} flags
 * @param {import('./payloads.mjs').Payloads} payloads
 * @param {Producer} producer
 * @param {import('./tally.mjs').Tally} tally
 * @returns {SendOne}
 */
export function makeSender({ mode, topic: one, topics: topicCount }, { values, keys }, producer, tally) {
  const count = values.length
  const topics = topicCount > 1 ? Array.from({ length: topicCount }, (_, i) => `${one}-${i}`) : [one]
  /** @param {number} index */
  const record = (index) => {
    const value = /** @type {Uint8Array} */ (values[index % count])
    const topic = topicCount > 1 ? /** @type {string} */ (topics[index % topicCount]) : one
    return keys === null ? { topic, value } : { topic, key: /** @type {Uint8Array} */ (keys[index % count]), value }
  }
  return mode === 'single' ? bySend(producer, record, tally) : byTrySend(producer, record, tally)
}

/**
 * `send`: a promise for each record.
 *
 * @param {Producer} producer
 * @param {(index: number) => import('posthorn').ProducerRecord<Uint8Array, Uint8Array>} record
 * @param {import('./tally.mjs').Tally} tally
 * @returns {SendOne}
 */
function bySend(producer, record, tally) {
  const { onAcked } = tally
  /** @param {{ code?: string }} error */
  const onFailed = (error) => {
    // Not a failure of something that was taken: nothing was.
    if (error.code === 'BUFFER_EXHAUSTED') tally.accepted--
    tally.onFailed(error)
  }
  return (index, timed) => {
    tally.accepted++
    tally.outstanding++
    producer.send(record(index)).then(timed ? tally.onAckedSince(performance.now()) : onAcked, onFailed)
    return true
  }
}

/**
 * `trySend`: a callback, and a refusal that says to wait.
 *
 * @param {Producer} producer
 * @param {(index: number) => import('posthorn').ProducerRecord<Uint8Array, Uint8Array>} record
 * @param {import('./tally.mjs').Tally} tally
 * @returns {SendOne}
 */
function byTrySend(producer, record, tally) {
  const { onAcked, onFailed } = tally
  /** @param {Error | null} error */
  const onDelivery = (error) => (error === null ? onAcked() : onFailed(error))
  /** @param {number} sentMs */
  const onDeliverySince = (sentMs) => {
    const acked = tally.onAckedSince(sentMs)
    return /** @param {Error | null} error */ (error) => (error === null ? acked() : onFailed(error))
  }
  return (index, timed) => {
    if (!producer.trySend(record(index), timed ? onDeliverySince(performance.now()) : onDelivery)) return false
    tally.accepted++
    tally.outstanding++
    return true
  }
}
