/**
 * What the records of a run are made of: record `i` takes entry `i % values.length`.
 *
 * @typedef {object} Payloads
 * @property {readonly Uint8Array[]} values
 * @property {readonly Uint8Array[] | null} keys one per value, or `null` for records without keys
 */

const MOST_ENTRIES = 10_000
const FEWEST_ENTRIES = 64
const POOL_BYTES = 16 * 1024 * 1024

// 32 words, in this order: five random bits choose one.
const WORDS = [
  ['alpha', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot', 'golf', 'hotel', 'india', 'juliet', 'kilo', 'lima'],
  ['mike', 'november', 'oscar', 'papa', 'quebec', 'romeo', 'sierra', 'tango', 'uniform', 'victor', 'whiskey'],
  ['xray', 'yankee', 'zulu', 'order', 'payment', 'customer', 'shipped', 'pending', 'failed'],
].flat()

/**
 * The pool of values and keys that every driver sends, byte for byte: compressors then have the same work to do, and
 * no driver pays for making records.
 *
 * @param {number} valueSize
 * @param {number} keySize
 * @param {'random' | 'json'} kind
 * @returns {Payloads}
 */
export function makePayloads(valueSize, keySize, kind) {
  const wanted = Math.floor(POOL_BYTES / Math.max(1, valueSize))
  const length = Math.min(MOST_ENTRIES, Math.max(FEWEST_ENTRIES, wanted))
  const random = xorshift32()
  const make = kind === 'json' ? jsonValue : randomValue
  const values = Array.from({ length }, (_, index) => make(valueSize, index, random))
  const keys = keySize === 0 ? null : values.map((_, index) => Buffer.from(String(index).padStart(keySize, '0')))
  return { values, keys }
}

/**
 * Marsaglia's xorshift, in signed 32-bit numbers, always from the same seed.
 *
 * @returns {() => number}
 */
function xorshift32() {
  let state = 0x9e3779b9 | 0
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state
  }
}

/**
 * @param {number} size
 * @param {number} _index
 * @param {() => number} random
 */
function randomValue(size, _index, random) {
  const value = Buffer.alloc(size)
  for (let i = 0; i < size; i++) value[i] = random()
  return value
}

/**
 * @param {number} size
 * @param {number} index
 * @param {() => number} random
 */
function jsonValue(size, index, random) {
  const room = Math.max(0, size - 2)
  const id = (random() >>> 0).toString(16).padStart(8, '0')
  let text = `{"id":"${id}","seq":${index},"host":"node-${random() & 15}","ok":true,"msg":"`
  while (text.length < room) text += `${WORDS[random() & 31]} `
  const value = Buffer.alloc(size)
  value.write(`${text.slice(0, room)}"}`, 'latin1')
  return value
}
