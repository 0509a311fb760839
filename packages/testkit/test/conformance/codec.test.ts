import { constants, deflateSync, gunzipSync, gzipSync, inflateRawSync, inflateSync } from 'node:zlib'
import type { Codec } from '@posthorn/contracts'
import { describe, expect, test } from 'vitest'
import { codecConformance } from '../../src/conformance/index.ts'
import { plantedBugs, type Planted } from './planted.ts'

interface Sync {
  readonly name: string
  readonly attribute: Codec['attribute']
  compress(input: Uint8Array, room?: Uint8Array): Uint8Array | Promise<Uint8Array>
  decompress(input: Uint8Array, maxBytes: number): Uint8Array | Promise<Uint8Array>
  close?(): void
}

const pack = (input: Uint8Array): Uint8Array => new Uint8Array(gzipSync(input, { level: 1 }))
const unpack = (input: Uint8Array, maxBytes: number): Uint8Array =>
  new Uint8Array(gunzipSync(input, { maxOutputLength: maxBytes || 1 })).subarray(0, maxBytes)

const honest: Sync = {
  name: 'gzip',
  attribute: 1,
  compress: pack,
  decompress(input, maxBytes) {
    const result = unpack(input, Math.max(1, maxBytes))
    if (result.length > maxBytes) throw new RangeError('too long')
    return result
  },
}

const bug = (what: string, broken: Partial<Sync> | (() => Partial<Sync>), ...caught: string[]): Planted<Codec> => ({
  bug: what,
  create: () => () => ({ ...honest, ...(typeof broken === 'function' ? broken() : broken) }),
  caught,
})

const overlap = 'calls that overlap keep apart'
const later = 'later calls do not touch an earlier result'
const lent = 'compress may be lent room of any length, with any content'
const elsewhere = 'another implementation reads what compress wrote'

/** Puts bytes behind a view, into the memory that it belongs to, when there is room; as a saver of memory might. */
function behind(view: Uint8Array, bytes: Uint8Array): Uint8Array {
  const end = view.byteOffset + view.length
  if (view.buffer.byteLength - end < bytes.length) return bytes
  const place = new Uint8Array(view.buffer, end, bytes.length)
  place.set(bytes)
  return place
}

/** Compresses into `room`, if it is long enough. */
function into(room: Uint8Array | undefined, input: Uint8Array): Uint8Array {
  const result = pack(input)
  if (room === undefined || room.length < result.length) return result
  room.set(result)
  return room.subarray(0, result.length)
}

let closed = false

const foreign = { read: (bytes: Uint8Array) => gunzipSync(bytes), write: (bytes: Uint8Array) => gzipSync(bytes) }

describe('codecConformance', () => {
  plantedBugs<Codec>(
    'codecConformance',
    (create) => codecConformance({ create, foreign }),
    () => () => honest,
    [
      bug('the id of another codec', { attribute: 2 }, "name and attribute are Kafka's and belong together"),
      bug('a name that Kafka does not have', { name: 'GZIP' }, "name and attribute are Kafka's and belong together"),
      {
        bug: 'what close frees is shared by all instances',
        create: () => () => {
          closed = false
          return {
            ...honest,
            compress: (input) => {
              if (closed) throw new Error('closed')
              return pack(input)
            },
            close: () => {
              closed = true
            },
          }
        },
        caught: ['two instances share nothing: one works after the other was closed'],
      },
      bug(
        'nothing is made of nothing',
        { compress: (input) => (input.length === 0 ? input.slice() : pack(input)) },
        'no bytes come back as they were',
        elsewhere,
      ),
      bug(
        'takes an empty stored block for damage, and writes one itself',
        {
          compress: (input) => (input.length === 0 ? new Uint8Array(gzipSync(input, { level: 0 })) : pack(input)),
          decompress(input, maxBytes) {
            if (input.length === 23) throw new Error('damaged')
            return honest.decompress(input, maxBytes)
          },
        },
        'no bytes come back as they were',
      ),
      bug(
        'one byte is too few',
        { compress: (input) => pack(input.length === 1 ? new Uint8Array(0) : input) },
        'one byte come back as they were',
        'decompress refuses a result longer than maxBytes',
      ),
      bug(
        'a single byte becomes 0',
        { compress: (input) => pack(input.length === 1 ? new Uint8Array(1) : input) },
        'one byte come back as they were',
      ),
      bug(
        'small inputs lose their last byte',
        { compress: (input) => pack(input.length === 900 ? input.subarray(1) : input) },
        'a small batch come back as they were',
      ),
      bug(
        'what does not shrink is sent as it is',
        {
          compress: (input) => {
            const result = pack(input)
            return result.length > input.length && input.length > 90_000 ? input.slice() : result
          },
        },
        'bytes that do not compress come back as they were',
        elsewhere,
      ),
      bug(
        'writes what does not shrink in two members, and reads the first',
        {
          compress(input) {
            const result = pack(input)
            if (result.length < input.length || input.length < 90_000) return result
            return new Uint8Array(Buffer.concat([pack(input.subarray(0, 60_000)), pack(input.subarray(60_000))]))
          },
          decompress(input, maxBytes) {
            const all = honest.decompress(input, maxBytes) as Uint8Array
            const first = inflateRawSync(input.subarray(10))
            return all.length > first.length ? new Uint8Array(first) : all
          },
        },
        'bytes that do not compress come back as they were',
      ),
      bug(
        'only the first 8 MiB',
        { compress: (input) => pack(input.subarray(0, 8 << 20)) },
        '10 MiB come back as they were',
      ),
      bug(
        'compresses the memory around a view of 3000 bytes',
        { compress: (input) => pack(input.length === 3000 ? new Uint8Array(input.buffer) : input) },
        'compress reads a view, not the memory around it',
      ),
      bug(
        'decompresses from the start of the memory',
        {
          decompress: (input, maxBytes) =>
            honest.decompress(input.byteOffset === 7 ? new Uint8Array(input.buffer) : input, maxBytes),
        },
        'decompress reads a view, not the memory around it',
      ),
      bug(
        'wipes its input after compressing',
        {
          compress: (input) => {
            const result = pack(input)
            if (input.byteOffset === 7 && input.buffer.byteLength < 6000) input.fill(0)
            return result
          },
        },
        'compress leaves its input unchanged',
      ),
      bug(
        'wipes its input after decompressing',
        {
          decompress: (input, maxBytes) => {
            const result = honest.decompress(input, maxBytes)
            input.fill(0)
            return result
          },
        },
        'decompress leaves its input unchanged',
      ),
      bug(
        'compresses into the memory of its input',
        { compress: (input) => behind(input, pack(input)) },
        'the result of compress shares no memory with its input',
      ),
      bug(
        'decompresses into the memory of its input',
        { decompress: (input, maxBytes) => behind(input, honest.decompress(input, maxBytes) as Uint8Array) },
        'the result of decompress shares no memory with its input',
      ),
      bug(
        'one output buffer for all calls',
        () => {
          const output = new Uint8Array(5000)
          return {
            compress: (input) => {
              const result = pack(input)
              if (result.length > output.length) return result
              output.set(result)
              return output.subarray(0, result.length)
            },
          }
        },
        later,
      ),
      bug(
        'does not look at how long room is',
        { compress: (input, room) => into(room === undefined ? room : new Uint8Array(room.buffer, 7), input) },
        lent,
      ),
      bug(
        'fails where room is too little',
        {
          compress(input, room) {
            const result = pack(input)
            room?.set(result)
            return result
          },
        },
        lent,
      ),
      bug(
        'gives all of its room for the result',
        {
          compress(input, room) {
            const result = into(room, input)
            return room !== undefined && result.buffer === room.buffer ? room : result
          },
        },
        lent,
      ),
      bug(
        'takes the room that it was lent first for all calls',
        () => {
          let first: Uint8Array | undefined
          return {
            compress(input, room) {
              if (room !== undefined && room.length > 5000) first ??= room
              return into(first, input)
            },
          }
        },
        'a result in room that was lent is not touched by later calls, with room of their own or without',
      ),
      bug(
        'a call that overlaps gets the result of the one before',
        () => {
          let pending: Promise<Uint8Array> | undefined
          return {
            compress: (input) =>
              (pending ??= Promise.resolve()
                .then(() => pack(input))
                .finally(() => {
                  pending = undefined
                })),
          }
        },
        overlap,
      ),
      bug(
        'maxBytes is one too many',
        { decompress: (input, maxBytes) => honest.decompress(input, maxBytes - 1) },
        'decompress gives a result of exactly maxBytes',
      ),
      bug(
        'maxBytes is not looked at',
        { decompress: (input) => unpack(input, 1 << 28) },
        'decompress refuses a result longer than maxBytes',
      ),
      bug(
        'cuts a result at maxBytes',
        { decompress: (input, maxBytes) => unpack(input, 1 << 28).subarray(0, maxBytes) },
        'decompress refuses a result longer than maxBytes',
      ),
      bug(
        'gives what it could read of a cut input',
        {
          decompress: (input, maxBytes) => {
            const result = gunzipSync(input, {
              finishFlush: constants.Z_SYNC_FLUSH,
              maxOutputLength: Math.max(1, maxBytes),
            })
            if (result.length > maxBytes) throw new RangeError('too long')
            return new Uint8Array(result)
          },
        },
        'decompress refuses input that was cut short',
      ),
      bug(
        'takes what is not gzip for plain',
        {
          decompress: (input, maxBytes) => (input[0] === 0x48 ? input.slice() : honest.decompress(input, maxBytes)),
        },
        'decompress refuses input of another format',
      ),
      bug(
        'refuses with a string',
        {
          decompress: (input, maxBytes) => {
            // eslint-disable-next-line @typescript-eslint/only-throw-error
            if (input[0] === 0x48) throw 'not gzip'
            return honest.decompress(input, maxBytes)
          },
        },
        'decompress refuses input of another format',
      ),
      bug(
        'does not look at the checksum',
        {
          decompress: (input, maxBytes) => {
            if (input.length < 5000 || input.length > 5100) return honest.decompress(input, maxBytes)
            return new Uint8Array(inflateRawSync(input.subarray(10)))
          },
        },
        'decompress refuses input with a changed byte',
      ),
      bug(
        'another format under the same name',
        {
          compress: (input) => new Uint8Array(deflateSync(input)),
          decompress: (input, maxBytes) => {
            const result = inflateSync(input, { maxOutputLength: Math.max(1, maxBytes) })
            if (result.length > maxBytes) throw new RangeError('too long')
            return new Uint8Array(result)
          },
        },
        elsewhere,
        'decompress reads what another implementation wrote',
      ),
      bug(
        'writes a method of its own, and reads both',
        {
          compress(input) {
            const result = pack(input)
            result[2] = 9
            return result
          },
          decompress(input, maxBytes) {
            const known = input.slice()
            if (known[2] === 9) known[2] = 8
            return honest.decompress(known, maxBytes)
          },
        },
        elsewhere,
      ),
      bug(
        'reads only what it wrote itself',
        {
          compress: (input) => {
            const result = pack(input)
            result[4] = 0x50
            return result
          },
          decompress: (input, maxBytes) => {
            if (input.length > 8 && input[0] === 0x1f && input[4] !== 0x50) throw new Error('not mine')
            return honest.decompress(input, maxBytes)
          },
        },
        'decompress reads what another implementation wrote',
      ),
    ],
  )

  test('a feature that is declared missing has to be missing', async () => {
    const cases = codecConformance({ create: () => () => honest, features: { checksum: false } })
    const declared = cases.find(({ name }) => name.startsWith('not offered (checksum)'))
    await expect(Promise.resolve(declared?.run())).rejects.toThrow('feature checksum: expected to be missing')
  })

  test('a codec that the platform cannot read asks for another implementation', () => {
    const create = (): (() => Codec) => () => ({ ...honest, name: 'snappy', attribute: 2 })
    expect(() => codecConformance({ create })).toThrow('as "foreign"')
  })
})
