import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { Codec, Plugin } from '@posthorn/contracts'
import { explained, offered, type ConformanceCase, type Features } from './case.ts'
import { check, gives, refuses, same, sameBytes } from './checks.ts'
import { conformanceEnv } from './env.ts'
import { inside, noise, prose, scribble } from './samples.ts'

export type { ConformanceCase, Features } from './case.ts'

/** Another implementation of a codec's format. */
export interface ForeignCodec {
  /** Decompresses what the codec under test wrote. */
  read(compressed: Uint8Array): Uint8Array | Promise<Uint8Array>
  /** Compresses for the codec under test. */
  write(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>
}

/** What {@link codecConformance} needs to know. */
export interface CodecSetup {
  /** Makes the plugin, as an application would. Called for each case. */
  readonly create: () => Plugin<Codec>
  /** `checksum`: the format tells when a byte of its content was changed. */
  readonly features?: Features<'checksum'> | undefined
  /** Another implementation of the format. Default: the platform's for gzip and zstd; required for others. */
  readonly foreign?: ForeignCodec | undefined
}

const kafkaIds: Readonly<Record<string, number>> = { gzip: 1, snappy: 2, lz4: 3, zstd: 4 }
const roomy = 16 * 1024 * 1024

/**
 * The cases that every {@link Codec} has to pass. Not among them, since no case could tell without taking the memory
 * itself: that `decompress` takes no more than `maxBytes` before it refuses.
 */
export function codecConformance(setup: CodecSetup): ConformanceCase[] {
  const make = (): Codec => setup.create()(conformanceEnv())
  const foreign = setup.foreign ?? platformCodec(make())
  return explained([
    ...identity(setup.create),
    ...roundTrips(make),
    ...ownership(make),
    ...lending(make),
    ...limits(make),
    ...offered(setup.features, 'checksum', [changedByte(make)]),
    ...exchange(make, foreign),
  ])
}

function platformCodec(codec: Codec): ForeignCodec {
  if (codec.attribute === 1) return { read: (bytes) => gunzipSync(bytes), write: (bytes) => gzipSync(bytes) }
  if (codec.attribute === 4) {
    return { read: (bytes) => zstdDecompressSync(bytes), write: (bytes) => zstdCompressSync(bytes) }
  }
  throw new Error(`the platform cannot read ${codec.name}: give codecConformance another implementation as "foreign"`)
}

async function roundTrip(codec: Codec, input: Uint8Array): Promise<void> {
  const expected = input.slice()
  const compressed = await compress(codec, input)
  sameBytes(await decompress(codec, compressed), expected, 'decompressed')
}

function compress(codec: Codec, input: Uint8Array): Promise<Uint8Array> {
  return gives(() => codec.compress(input), `compress of ${input.length} bytes`)
}

function decompress(codec: Codec, input: Uint8Array, maxBytes: number = roomy): Promise<Uint8Array> {
  return gives(() => codec.decompress(input, maxBytes), `decompress of ${input.length} bytes to ${maxBytes} at most`)
}

function identity(create: CodecSetup['create']): ConformanceCase[] {
  return [
    {
      name: "name and attribute are Kafka's and belong together",
      run() {
        const { name, attribute } = create()(conformanceEnv())
        check(Object.hasOwn(kafkaIds, name), `name: expected one of Kafka's, found "${name}"`)
        same(attribute, kafkaIds[name], `attribute of ${name}`)
      },
    },
    {
      name: 'two instances share nothing: one works after the other was closed',
      async run() {
        const plugin = create()
        const first = plugin(conformanceEnv())
        const second = plugin(conformanceEnv())
        await roundTrip(first, prose(1000))
        first.close?.()
        await roundTrip(second, prose(1000))
      },
    },
  ]
}

function roundTrips(make: () => Codec): ConformanceCase[] {
  const inputs: readonly (readonly [string, () => Uint8Array])[] = [
    ['no bytes', () => new Uint8Array(0)],
    ['one byte', () => Uint8Array.of(42)],
    ['a small batch', () => prose(900)],
    ['bytes that do not compress', () => noise(100_000)],
    ['10 MiB', () => prose(10 * 1024 * 1024)],
  ]
  return [
    ...inputs.map(([what, input]) => ({
      name: `${what} come back as they were`,
      run: () => roundTrip(make(), input()),
    })),
    {
      name: 'compress reads a view, not the memory around it',
      run: () => roundTrip(make(), inside(prose(3000))),
    },
    {
      name: 'decompress reads a view, not the memory around it',
      async run() {
        const codec = make()
        const compressed = await codec.compress(prose(3000))
        sameBytes(await decompress(codec, inside(compressed)), prose(3000), 'decompressed')
      },
    },
  ]
}

function ownership(make: () => Codec): ConformanceCase[] {
  return [
    {
      name: 'compress leaves its input unchanged',
      async run() {
        const input = inside(prose(5000))
        await make().compress(input)
        sameBytes(input, prose(5000), 'input')
      },
    },
    {
      name: 'decompress leaves its input unchanged',
      async run() {
        const codec = make()
        const compressed = await codec.compress(prose(5000))
        const input = compressed.slice()
        await codec.decompress(input, roomy)
        sameBytes(input, compressed, 'input')
      },
    },
    {
      name: 'the result of compress shares no memory with its input',
      async run() {
        const codec = make()
        const input = inside(prose(5000), 7, 8000)
        const compressed = await codec.compress(input)
        scribble(input)
        sameBytes(await decompress(codec, compressed), prose(5000), 'decompressed')
      },
    },
    {
      name: 'the result of decompress shares no memory with its input',
      async run() {
        const codec = make()
        const input = inside(await codec.compress(prose(5000)), 0, 8000)
        const result = await codec.decompress(input, roomy)
        scribble(input)
        sameBytes(result, prose(5000), 'decompressed')
      },
    },
    {
      name: 'later calls do not touch an earlier result',
      async run() {
        const codec = make()
        const early = await codec.compress(prose(4000))
        const before = early.slice()
        const result = await codec.decompress(before.slice(), roomy)
        for (let i = 1; i < 4; i++) await codec.decompress(await codec.compress(prose(4000, i)), roomy)
        sameBytes(early, before, 'compressed')
        sameBytes(result, prose(4000), 'decompressed')
      },
    },
    {
      name: 'calls that overlap keep apart',
      async run() {
        const codec = make()
        const inputs = Array.from({ length: 8 }, (_, i) => prose(200_000 - i * 24_000, i))
        const compressed = await Promise.all(inputs.map(async (input) => codec.compress(input)))
        const results = await Promise.all(compressed.map(async (each) => codec.decompress(each, roomy)))
        for (const [i, result] of results.entries()) sameBytes(result, inputs[i]!, `decompressed, number ${i}`)
      },
    },
  ]
}

function lending(make: () => Codec): ConformanceCase[] {
  return [
    {
      name: 'compress may be lent room of any length, with any content',
      async run() {
        const codec = make()
        const fits = (await codec.compress(prose(5000))).length
        for (const length of [0, 1, fits - 1, fits, fits + 3000]) {
          const room = inside(noise(length))
          const what = `compress with room of ${length} bytes`
          const compressed = await gives(() => codec.compress(prose(5000), room), what)
          sameBytes(await decompress(codec, compressed.slice()), prose(5000), `${what}, decompressed`)
          const around = new Uint8Array(room.buffer)
          sameBytes(around.subarray(0, 7), new Uint8Array(7).fill(0xa5), `${what}: memory before it`)
          sameBytes(around.subarray(-5), new Uint8Array(5).fill(0xa5), `${what}: memory behind it`)
        }
      },
    },
    {
      name: 'a result in room that was lent is not touched by later calls, with room of their own or without',
      async run() {
        const codec = make()
        const room = new Uint8Array(9000)
        const early = await codec.compress(prose(4000), room)
        if (early.buffer !== room.buffer) return
        const before = early.slice()
        for (let i = 1; i < 4; i++) {
          await codec.compress(prose(4000, i), new Uint8Array(9000))
          await codec.compress(prose(4000, 10 * i))
        }
        sameBytes(early, before, 'compressed')
      },
    },
  ]
}

function limits(make: () => Codec): ConformanceCase[] {
  return [
    {
      name: 'decompress gives a result of exactly maxBytes',
      async run() {
        const codec = make()
        const compressed = await codec.compress(prose(70_000))
        sameBytes(await decompress(codec, compressed, 70_000), prose(70_000), 'decompressed')
      },
    },
    {
      name: 'decompress refuses a result longer than maxBytes',
      async run() {
        const codec = make()
        for (const length of [1, 70_000, 4_000_000]) {
          const compressed = await codec.compress(prose(length))
          await refuses(() => codec.decompress(compressed, length - 1), `${length} bytes where ${length - 1} may be`)
        }
      },
    },
    {
      name: 'decompress refuses input that was cut short',
      async run() {
        const codec = make()
        const compressed = await codec.compress(noise(50_000))
        for (const length of [3, compressed.length >> 1, compressed.length - 1]) {
          await refuses(() => codec.decompress(compressed.slice(0, length), roomy), `${length} bytes of the input`)
        }
      },
    },
    {
      name: 'decompress refuses input of another format',
      async run() {
        await refuses(() => make().decompress(new TextEncoder().encode('HTTP/1.1 400 Bad Request\r\n'), roomy), 'text')
      },
    },
  ]
}

function changedByte(make: () => Codec): ConformanceCase {
  return {
    name: 'decompress refuses input with a changed byte',
    async run() {
      const codec = make()
      // Noise is stored as it is, so the change leaves a stream that can be read: only a checksum tells.
      const compressed = (await codec.compress(noise(5000))).slice()
      compressed[2500]! ^= 0x10
      await refuses(() => codec.decompress(compressed, roomy), 'a changed byte')
    },
  }
}

function exchange(make: () => Codec, foreign: ForeignCodec): ConformanceCase[] {
  const inputs = [new Uint8Array(0), prose(100), prose(300_000), noise(100_000)]
  return [
    {
      name: 'another implementation reads what compress wrote',
      async run() {
        const codec = make()
        for (const input of inputs) {
          const compressed = await compress(codec, input)
          const read = await gives(
            () => foreign.read(compressed),
            `what compress made of ${input.length} bytes, elsewhere`,
          )
          sameBytes(read, input, `${input.length} bytes, read elsewhere`)
        }
      },
    },
    {
      name: 'decompress reads what another implementation wrote',
      async run() {
        const codec = make()
        for (const input of inputs) {
          const result = await decompress(codec, await foreign.write(input))
          sameBytes(result, input, `${input.length} bytes, written elsewhere`)
        }
      },
    },
  ]
}
