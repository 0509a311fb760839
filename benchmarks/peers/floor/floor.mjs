// What a record costs in JavaScript when only the indispensable is done for it: encoded into its batch as it is sent, a
// CRC per batch, one gathered write per request, five requests in flight, an outcome for each record. One broker, no
// errors, no retries, no limits: something to measure against, not to use. Modes as those of Posthorn.
import { connect } from 'node:net'
import { drive } from '../../src/driver/drive.mjs'
import { load } from '../node/load.mjs'
import { Batch } from './batch.mjs'
import { frame, producerId } from './requests.mjs'

/** @typedef {import('../../src/driver/flags.mjs').DriverFlags} DriverFlags */

class Floor {
  /** @type {Batch[]} */
  #sealed = []
  /** @type {Batch[][]} */
  #inFlight = []
  /** @type {Batch | null} */
  #open = null
  /** @type {Buffer[]} */
  #pool = []
  #partition = 0
  /** @type {Int32Array} */
  #sequences
  #scheduled = false
  /** @type {Buffer} */
  #received = Buffer.alloc(0)

  /**
   * @param {import('node:net').Socket} socket
   * @param {DriverFlags} flags
   * @param {number} partitions
   * @param {bigint} id of the producer, -1 for none
   * @param {(bytes: Buffer) => number} crc32c
   */
  constructor(socket, flags, partitions, id, crc32c) {
    this.socket = socket
    this.flags = flags
    this.id = id
    this.crc32c = crc32c
    this.#sequences = new Int32Array(partitions)
    socket.on('data', (chunk) => this.#onData(chunk))
  }

  /**
   * @param {Uint8Array | null} key
   * @param {Uint8Array} value
   * @param {() => void} onOutcome
   */
  append(key, value, onOutcome) {
    let batch = this.#open ?? this.#start()
    if (!batch.add(key, value, onOutcome)) {
      this.#seal(batch)
      batch = this.#start()
      batch.add(key, value, onOutcome)
    }
  }

  #start() {
    const bytes = this.#pool.pop() ?? Buffer.allocUnsafeSlow(this.flags.batchBytes + 512 + this.flags.valueSize)
    const batch = new Batch(bytes, this.flags.batchBytes, this.#partition, Date.now())
    this.#partition = (this.#partition + 1) % this.#sequences.length
    this.#open = batch
    setTimeout(() => {
      if (this.#open === batch) this.#seal(batch)
    }, this.flags.lingerMs)
    return batch
  }

  /** @param {Batch} batch */
  #seal(batch) {
    const sequence = /** @type {number} */ (this.#sequences[batch.partition])
    this.#sequences[batch.partition] = sequence + batch.count
    batch.seal(this.id, sequence, this.crc32c)
    this.#open = null
    this.#sealed.push(batch)
    if (this.#scheduled) return
    // At the end of the turn, so that what was sealed in it goes in one request.
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.#sendSealed()
    })
  }

  #sendSealed() {
    while (this.#sealed.length > 0 && this.#inFlight.length < this.flags.maxInflight) {
      // The partitions take turns, so that so many in a row are of different ones.
      const batches = this.#sealed.splice(0, this.#sequences.length)
      this.#inFlight.push(batches)
      this.socket.cork()
      for (const part of frame(this.flags.topic, batches)) this.socket.write(part)
      this.socket.uncork()
    }
  }

  /** @param {Buffer} chunk */
  #onData(chunk) {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    while (this.#received.length >= 4 && this.#received.length >= 4 + this.#received.readInt32BE(0)) {
      this.#received = this.#received.subarray(4 + this.#received.readInt32BE(0))
      for (const { bytes, outcomes } of this.#inFlight.shift() ?? []) {
        this.#pool.push(bytes)
        for (let i = 0; i < outcomes.length; i++) /** @type {() => void} */ (outcomes[i])()
      }
    }
    this.#sendSealed()
  }
}

await drive(process.argv.slice(2), ['single', 'callback'], async (flags, { values, keys }, tally) => {
  const { library } = await load('@node-rs/crc32')
  const [host, port] = flags.bootstrap.split(':')
  const socket = connect(Number(port), host).setNoDelay(true)
  const id = flags.idempotent ? await producerId(socket) : -1n
  const given = process.argv.indexOf('--partitions')
  const partitions = given < 0 ? 6 : Number(process.argv[given + 1])
  const floor = new Floor(socket, flags, partitions, id, (library.default ?? library).crc32c)
  const peer = flags.mode === 'single' ? 'floor' : `floor:${flags.mode}`
  return {
    peer,
    version: '0',
    send(index, timed) {
      const at = index % values.length
      const key = keys?.[at] ?? null
      const value = /** @type {Uint8Array} */ (values[at])
      const onAcked = timed ? tally.onAckedSince(performance.now()) : tally.onAcked
      tally.accepted++
      tally.outstanding++
      if (flags.mode === 'callback') floor.append(key, value, onAcked)
      else
        new Promise((/** @type {(value: void) => void} */ resolve) => floor.append(key, value, resolve)).then(onAcked)
      return true
    },
    close: async () => socket.destroy(),
  }
})
