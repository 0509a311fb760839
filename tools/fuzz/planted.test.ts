import { ProtocolError } from '@posthorn/contracts'
import { Reader } from '@posthorn/protocol'
import { seededRandom } from '@posthorn/testkit'
import { expect, it } from 'vitest'
import { Campaign } from './campaign.ts'
import { Violation, type Target } from './target.ts'

/** A good body: a count, and so many strings of two bytes. */
const seed = Uint8Array.of(0, 0, 0, 2, 0, 2, 0x61, 0x62, 0, 2, 0x63, 0x64)

function target(run: (reader: Reader, input: Uint8Array) => unknown, check?: Target['check']): Target {
  const codes = new Set(['MALFORMED_RESPONSE'])
  const planted = {
    name: 'planted',
    seeds: [seed],
    codes,
    run: (input: Uint8Array) => run(new Reader(input, 'x'), input),
  }
  return check === undefined ? planted : { ...planted, check }
}

function times<T>(count: number, read: () => T): T[] {
  const values: T[] = []
  for (let i = 0; i < count; i++) values.push(read())
  return values
}

const strings = (reader: Reader): string[] => reader.array(2, () => reader.string())
const faults: Record<string, [target: Target, problem: RegExp]> = {
  'a count that is believed before anything is there': [
    target((reader) => [
      reader.int32(),
      new Uint8Array(Math.min(2 ** 23, Math.max(0, reader.int32()))),
      strings(reader),
    ]),
    /^\d+ bytes allocated for \d+$/,
  ],
  'an array as long as it claims to be': [
    target((reader) => {
      const array = new Array<string>(Math.min(2 ** 20, Math.max(0, reader.int32())))
      for (let i = 0; i < array.length; i++) array[i] = reader.string()
      return array
    }),
    /^\d+ bytes allocated for \d+$/,
  ],
  'elements of no bytes without an end': [
    target((reader) =>
      times(reader.int32() >>> 0, () => (reader.remaining > 1 ? reader.string() : reader.raw(0).length)),
    ),
    /^Violation: more than \d+ operations of Reader; the last is /,
  ],
  'a length that is not checked': [
    target((reader, input) => new DataView(input.buffer, 0, input.length).getInt8(reader.int32() + 3)),
    /^RangeError: /,
  ],
  'an error that is none of ours': [
    target((reader) => strings(reader).map((text) => text.at(0)!.charCodeAt(0))),
    /^TypeError: /,
  ],
  'an error of another code': [
    target((reader) => {
      const read = strings(reader)
      if (read.includes('')) throw new ProtocolError('MALFORMED_BATCH', 'empty')
      return read
    }),
    /^refused with MALFORMED_BATCH/,
  ],
  'more out of the bytes than they hold': [
    target((reader) => strings(reader).flatMap((text) => Array.from({ length: text.length * 20 }, () => 0))),
    /^\d+ elements out of \d+ bytes$/,
  ],
  'one byte too few': [
    target(
      (reader) => strings(reader).map((text) => (text.length > 3 ? text.slice(0, -1) : text)),
      (value, input) => {
        if (
          new TextEncoder().encode((value as string[]).join('')).length <
          input.length - 4 - 2 * (value as string[]).length
        ) {
          throw new Violation('bytes are missing')
        }
      },
    ),
    /^Violation: bytes are missing$/,
  ],
}

it.each(Object.keys(faults))('the fuzzer finds %s, makes it small, and tells it from others', async (name) => {
  const [planted, problem] = faults[name]!
  const goOn = (done: number): boolean => done < 30_000 && campaign.findings.length === 0
  const campaign = new Campaign([planted], { random: seededRandom(7), goOn })
  await campaign.run()
  expect(campaign.findings.length).toBeGreaterThan(0)
  expect(campaign.findings[0]?.problem).toMatch(problem)
  expect(campaign.findings[0]?.input.length).toBeLessThanOrEqual(seed.length + 8)
})

it('the fuzzer finds nothing where nothing is wrong', async () => {
  const campaign = new Campaign([target(strings)], { random: seededRandom(7), goOn: (done) => done < 5000 })
  const [tally] = await campaign.run()
  expect(campaign.findings).toEqual([])
  expect(tally?.taken).toBeGreaterThan(500)
})
