// The other thread of `offThread.mjs`: takes records out of shared memory, sends them, and puts their outcomes there.
import { setImmediate as turn } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { createProducer } from 'posthorn'
import { Ring } from './ring.mjs'

/** Records between two turns of the event loop. */
const TURN = 1000

const { options, topic, records: recordMemory, outcomes: outcomeMemory } = workerData
const records = new Ring(recordMemory)
const outcomes = new Ring(outcomeMemory)
const producer = createProducer(options)
await producer.partitionsFor(topic)

const outcome = new Int32Array(4)
const outcomeBytes = new Uint8Array(outcome.buffer)
let shown = true

const show = () => {
  shown = true
  outcomes.publish()
}

/** @param {number} id */
const answerOf = (id) => {
  /**
   * @param {Error | null} error
   * @param {import('posthorn').RecordMetadata} metadata
   */
  return (error, metadata) => {
    outcome[0] = id
    outcome[1] = error === null ? 0 : 1
    outcome[2] = metadata.partition
    outcome[3] = Number(metadata.offset)
    if (!outcomes.write(outcomeBytes)) throw new Error('more outcomes than records')
    // All of a batch come in one turn.
    if (shown) setImmediate(show)
    shown = false
  }
}

// Neither an idle producer nor a wait for shared memory keeps a thread alive; a port that is listened to does.
parentPort?.on('message', () => {})

let sent = 0
for (;;) {
  const from = sent
  for (let value = records.read(); value !== null; value = records.read()) {
    // The producer copies a record before `trySend` returns, so that its room can be given back.
    while (!producer.trySend({ topic, value }, answerOf(sent))) await producer.ready()
    if (++sent - from === TURN) break
  }
  if (sent === from) await records.readable()
  else {
    records.release()
    await turn()
  }
}
