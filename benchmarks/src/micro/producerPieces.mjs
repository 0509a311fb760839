import { setImmediate as nextTurn } from 'node:timers/promises'
import { makePayloads } from '../driver/payloads.mjs'
import { HeldBroker } from './heldBroker.mjs'

const RECORDS = 5000

/** @typedef {{ name: string, unit: string, ns: number }} Reading */

/**
 * A record's way through the producer, cut at two places: the call that takes it, what is done until its request is
 * written, and what is done from the answer until the application knows.
 *
 * @param {any} posthorn the package
 * @param {'send' | 'trySend'} mode
 * @returns {Promise<() => Promise<Reading[]>>} one measurement of all three
 */
export async function producerPieces(posthorn, mode) {
  const broker = new HeldBroker(6)
  const producer = posthorn.createProducer({
    bootstrapServers: ['held:9092'],
    transport: () => broker,
    lingerMs: 60_000,
    batchSize: 65_536,
  })
  const { values } = makePayloads(100, 0, 'random')
  await producer.partitionsFor('bench')
  let outstanding = 0
  let sent = 0
  let settledAt = 0
  const onOutcome = () => {
    if (--outstanding === 0) settledAt = performance.now()
  }
  const next = () => ({ topic: 'bench', value: values[sent++ % values.length] })
  const sendOne =
    mode === 'send' ? () => producer.send(next()).then(onOutcome) : () => producer.trySend(next(), onOutcome)

  return async () => {
    outstanding = RECORDS
    const begun = performance.now()
    for (let i = 0; i < RECORDS; i++) sendOne()
    const appended = performance.now()
    void producer.flush()
    // Nothing more is written when two turns in a row wrote nothing.
    for (let seen = -1; seen !== broker.held || seen === 0; await nextTurn()) {
      seen = broker.held
      await nextTurn()
    }
    const answered = performance.now()
    // Five requests at a time are allowed; of so few records there are not more.
    broker.release()
    for (let turns = 0; outstanding > 0 && turns < 1000; turns++) {
      await nextTurn()
      broker.release()
    }
    if (outstanding > 0) throw new Error(`${outstanding} records have no outcome`)
    const perRecord = (/** @type {number} */ ms) => (ms * 1e6) / RECORDS
    return [
      { name: `${mode}: append`, unit: 'record', ns: perRecord(appended - begun) },
      { name: `${mode}: seal, frame, write`, unit: 'record', ns: perRecord(broker.writtenAt - appended) },
      { name: `${mode}: parse, settle`, unit: 'record', ns: perRecord(settledAt - answered) },
    ]
  }
}
