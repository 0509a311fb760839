import { createHash } from 'node:crypto'
import { Writer } from './writer.mjs'

/** @typedef {import('./reader.mjs').Reader} Reader */
/** @typedef {{ offset: number, producer: string, sequence: number }} Partition */

const PRODUCE = 0
const FETCH = 1
const METADATA = 3
const API_VERSIONS = 18
const INIT_PRODUCER_ID = 22

/**
 * Key, oldest version, newest, first flexible one. Fetch is not answered, but a client may take it as the sign that
 * brokers know record batches.
 */
const APIS = /** @type {const} */ ([
  [PRODUCE, 3, 11, 9],
  [FETCH, 4, 11, 12],
  [METADATA, 0, 12, 9],
  [API_VERSIONS, 0, 4, 3],
  [INIT_PRODUCER_ID, 0, 4, 2],
])

/** "Nothing is said of what the client may do." */
const NO_OPERATIONS = -(2 ** 31)

/** What all brokers know together: no records, but how many there were. */
export class Cluster {
  /** @type {number[]} */
  ports = []
  totals = { records: 0, batches: 0, requests: 0, out_of_sequence: 0 }
  /** @type {Map<string, Partition[]>} */
  #topics = new Map()
  #producers = 0
  #partitions

  /** @param {number} partitions of every topic */
  constructor(partitions) {
    this.#partitions = partitions
  }

  /**
   * The answer to a request, if it wants one; `late` if a broker would take its time over it.
   *
   * @param {Reader} r
   */
  answer(r) {
    const [key, version, correlation] = [r.i16(), r.i16(), r.i32()]
    const api = APIS.find(([known]) => known === key)
    if (api === undefined || key === FETCH) throw new Error(`request ${key} is not known here`)
    const flexible = version >= api[3]
    r.string(false)
    r.tags(flexible)
    const w = new Writer()
    w.i32(correlation)
    // ApiVersions is answered with the oldest header, so that a client of any age can read it.
    w.tags(flexible && key !== API_VERSIONS)
    if (key === PRODUCE) return this.#produce(r, w, version, flexible) ? { bytes: w.finish(), late: true } : null
    if (key === METADATA) this.#metadata(r, w, version, flexible)
    else if (key === INIT_PRODUCER_ID) this.#initProducerId(w, flexible)
    else apiVersions(w, version)
    return { bytes: w.finish(), late: false }
  }

  /**
   * @param {Writer} w
   * @param {boolean} flexible
   */
  #initProducerId(w, flexible) {
    w.i32(0)
    w.i16(0)
    w.i64(++this.#producers)
    w.i16(0)
    w.tags(flexible)
  }

  /**
   * @param {Reader} r
   * @param {Writer} w
   * @param {number} version
   * @param {boolean} flexible
   */
  #metadata(r, w, version, flexible) {
    if (version >= 3) w.i32(0)
    w.count(flexible, this.ports.length)
    for (const [id, port] of this.ports.entries()) {
      w.i32(id)
      w.string(flexible, '127.0.0.1')
      w.i32(port)
      if (version >= 1) w.string(flexible, null)
      w.tags(flexible)
    }
    if (version >= 2) w.string(flexible, 'nullbroker')
    if (version >= 1) w.i32(0)
    // "All topics" is answered with none: there are none until somebody names them.
    const count = Math.max(0, r.count(flexible))
    w.count(flexible, count)
    for (let i = 0; i < count; i++) {
      if (version >= 10) r.skip(16)
      const name = r.string(flexible)
      r.tags(flexible)
      this.#metadataOf(name, w, version, flexible)
    }
    if (version >= 8 && version <= 10) w.i32(NO_OPERATIONS)
    w.tags(flexible)
  }

  /**
   * @param {string} name
   * @param {Writer} w
   * @param {number} version
   * @param {boolean} flexible
   */
  #metadataOf(name, w, version, flexible) {
    w.i16(0)
    w.string(flexible, name)
    if (version >= 10) w.uuid(createHash('md5').update(name).digest())
    if (version >= 1) w.i8(0)
    w.count(flexible, this.#partitions)
    for (let i = 0; i < this.#partitions; i++) {
      const leader = i % this.ports.length
      w.i16(0)
      w.i32(i)
      w.i32(leader)
      if (version >= 7) w.i32(0)
      w.count(flexible, 1)
      w.i32(leader)
      w.count(flexible, 1)
      w.i32(leader)
      if (version >= 5) w.count(flexible, 0)
      w.tags(flexible)
    }
    if (version >= 8) w.i32(NO_OPERATIONS)
    w.tags(flexible)
  }

  /**
   * @param {Reader} r
   * @param {Writer} w
   * @param {number} version
   * @param {boolean} flexible
   */
  #produce(r, w, version, flexible) {
    r.string(flexible)
    const acks = r.i16()
    r.skip(4)
    const topics = Math.max(0, r.count(flexible))
    w.count(flexible, topics)
    for (let i = 0; i < topics; i++) {
      const name = r.string(flexible)
      const partitions = this.#topic(name)
      const count = Math.max(0, r.count(flexible))
      w.string(flexible, name)
      w.count(flexible, count)
      for (let k = 0; k < count; k++) {
        const index = r.i32()
        const size = r.count(flexible)
        const from = r.skip(size)
        const partition = partitions[index]
        const offset = partition === undefined ? -1 : this.#append(partition, r.bytes, from, from + size)
        r.tags(flexible)
        w.i32(index)
        w.i16(partition === undefined ? 3 : 0)
        w.i64(offset)
        w.i64(-1)
        if (version >= 5) w.i64(0)
        if (version >= 8) {
          w.count(flexible, 0)
          w.string(flexible, null)
        }
        w.tags(flexible)
      }
      r.tags(flexible)
      w.tags(flexible)
    }
    w.i32(0)
    w.tags(flexible)
    this.totals.requests++
    return acks !== 0
  }

  /** @param {string} name */
  #topic(name) {
    let partitions = this.#topics.get(name)
    if (partitions === undefined) {
      partitions = Array.from({ length: this.#partitions }, () => ({ offset: 0, producer: '', sequence: 0 }))
      this.#topics.set(name, partitions)
    }
    return partitions
  }

  /**
   * Counts the batches of one partition and gives the offset of the first; their records are not looked at.
   *
   * @param {Partition} partition
   * @param {Buffer} bytes
   * @param {number} at
   * @param {number} end
   */
  #append(partition, bytes, at, end) {
    const first = partition.offset
    while (end - at >= 61) {
      const size = 12 + bytes.readInt32BE(at + 8)
      const sequence = bytes.readInt32BE(at + 53)
      const count = bytes.readInt32BE(at + 57)
      if (size < 61 || at + size > end || bytes[at + 16] !== 2 || count < 0) break
      if (sequence >= 0) {
        const producer = bytes.toString('latin1', at + 43, at + 51)
        if (producer !== partition.producer) {
          partition.producer = producer
          partition.sequence = 0
        }
        if (sequence !== partition.sequence) this.totals.out_of_sequence++
        partition.sequence = (sequence + count) % 2 ** 31
      }
      partition.offset += count
      this.totals.records += count
      this.totals.batches++
      at += size
    }
    return first
  }
}

/**
 * @param {Writer} w
 * @param {number} asked
 */
function apiVersions(w, asked) {
  const version = asked > 4 ? 0 : asked
  const flexible = version >= 3
  w.i16(asked > 4 ? 35 : 0)
  w.count(flexible, APIS.length)
  for (const [key, least, most] of APIS) {
    w.i16(key)
    w.i16(least)
    w.i16(most)
    w.tags(flexible)
  }
  if (version >= 1) w.i32(0)
  w.tags(flexible)
}
