import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'

/**
 * One phase of a run: the warm-up, or what is timed.
 *
 * @typedef {object} Phase
 * @property {number} from number of its first record
 * @property {number} records
 * @property {number} rate records per second, 0 for as fast as it goes
 * @property {number} window most records without an outcome, 0 for no limit
 * @property {number} limitMs ends the phase early; `Infinity`: never
 * @property {boolean} heedless goes on sending whatever is outstanding: the application that never waits
 * @property {number} timeEvery every how many records the latency is taken, 0 for never
 */

/** A heedless application still gives the producer a turn once in a while, or nothing would ever be sent. */
const RECORDS_PER_TURN = 1000

/** Waiting for a quarter of the window at a time costs one wake-up for thousands of records. */
const REFILL_AT = 0.75

/**
 * Sends the records of a phase, and resolves with their number when all have an outcome.
 *
 * @param {Phase} phase
 * @param {import('./drive.mjs').Client} client
 * @param {import('./tally.mjs').Tally} tally
 */
export async function runPhase({ from, records, rate, window, limitMs, heedless, timeEvery }, client, tally) {
  const start = performance.now()
  const refillAt = Math.floor(window * REFILL_AT)
  const most = window > 0 ? window : Number.POSITIVE_INFINITY
  let sent = 0
  const isOver = () => sent >= records || performance.now() - start > limitMs
  const due = () => Math.min(records, Math.floor(((performance.now() - start) * rate) / 1000))

  while (!isOver()) {
    const target = rate === 0 ? records : due()
    while (sent < target) {
      const room = Math.min(target - sent, heedless ? RECORDS_PER_TURN : most - tally.outstanding)
      const taken = burst(client.send, from, sent, room, timeEvery)
      sent += taken
      if (taken < room) await client.ready?.()
      else if (heedless) await nextTurn()
      else if (tally.outstanding >= most) await tally.until(refillAt)
      if (isOver()) break
    }
    if (rate > 0) await sleep(1)
  }
  client.flush?.()
  await tally.until(0)
  return sent
}

/**
 * Sends up to `room` records, and returns how many were taken. A function of its own, called over and over as an
 * application's would be: V8 compiles the loop once, not anew in each phase as it does with one that never returns.
 *
 * @param {import('./drive.mjs').SendOne} send
 * @param {number} from
 * @param {number} sent
 * @param {number} room
 * @param {number} timeEvery
 */
function burst(send, from, sent, room, timeEvery) {
  for (let taken = 0; taken < room; taken++) {
    const nth = sent + taken
    if (!send(from + nth, timeEvery > 0 && nth % timeEvery === 0)) return taken
  }
  return room
}
