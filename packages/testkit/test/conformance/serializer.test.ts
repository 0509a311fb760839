import type { RecordHeaders, Serialized, Serializer } from '@posthorn/contracts'
import { describe, expect, test } from 'vitest'
import { serializerConformance } from '../../src/conformance/index.ts'
import { plantedBugs, type Planted } from './planted.ts'

interface Order {
  id: number
}

const text = (value: Order): string => {
  if (typeof value.id !== 'number') throw new TypeError('expected an order')
  return `order ${value.id}`
}
const encode = (value: Order): Uint8Array => new TextEncoder().encode(text(value))

type Serialize = (topic: string, value: Order, headers: RecordHeaders) => Serialized | PromiseLike<Serialized>

const plugin = (serialize: Serialize): Serializer<Order> => ({ name: 'order', serialize })
const honest = (): Serializer<Order> => plugin((_topic, value) => Promise.resolve(encode(value)))

const bug = (what: string, make: () => Serializer<Order>, ...caught: string[]): Planted<Serializer<Order>> => ({
  bug: what,
  create: () => make,
  caught,
})

const samples = [
  { value: { id: 1 }, bytes: 'order 1' },
  { value: { id: 22 }, bytes: new TextEncoder().encode('order 22') },
]

const expected = 'each sample gives the bytes expected'
const again = 'a value gives the same bytes each time'
const overlap = 'calls that overlap keep apart'
const share = 'two instances share nothing: one works after the other was closed'
const refused = (number: number, kind: string): string =>
  `value ${number} of those to be refused (${kind}) is refused with an error`

describe('serializerConformance', () => {
  plantedBugs<Serializer<Order>>(
    'serializerConformance',
    (create) => serializerConformance({ create, samples, refused: [{}, 'text'] }),
    () => honest,
    [
      bug('no name', () => ({ ...honest(), name: '' }), 'it has a name'),
      bug(
        'what close frees is shared by all instances',
        (() => {
          let open = 0
          return () => {
            let mine = false
            open = 0
            return {
              ...plugin((_topic, value) => {
                if (open < 0) throw new Error('closed')
                return encode(value)
              }),
              close: () => {
                if (!mine) open--
                mine = true
              },
            }
          }
        })(),
        share,
      ),
      bug('a line feed too many', () => plugin((_topic, value) => `${text(value)}\n`), share, expected, again, overlap),
      bug(
        'the second value is cut',
        () => plugin((_topic, value) => text(value).slice(0, 7)),
        expected,
        again,
        overlap,
      ),
      bug(
        'another format for what comes first',
        () => {
          let first = true
          return plugin((_topic, value) => {
            const odd = first && value.id > 9
            first = false
            return odd ? `${text(value)}!` : text(value)
          })
        },
        expected,
      ),
      bug(
        'takes an empty object',
        () => plugin((_topic, value) => (typeof value === 'object' ? `order ${value.id}` : text(value))),
        refused(1, '[object Object]'),
      ),
      bug(
        'takes a text',
        () => plugin((_topic, value) => (typeof value === 'string' ? value : text(value))),
        refused(2, 'string'),
      ),
      bug(
        'an ArrayBuffer',
        () => plugin((_topic, value) => encode(value).buffer as never),
        'a result is a Uint8Array, a string or null',
      ),
      bug(
        'a number that goes up',
        () => {
          let number = 0
          return plugin((_topic, value) => text(value) + '!'.repeat(number++ >> 2))
        },
        again,
      ),
      bug(
        'one value at a time',
        () => {
          let latest: Order | undefined
          return plugin(async (_topic, value) => {
            latest = value
            await Promise.resolve()
            return encode(latest)
          })
        },
        overlap,
      ),
      bug(
        'adds a member to the value',
        () =>
          plugin((_topic, value) => {
            Object.assign(value, { sent: true })
            return encode(value)
          }),
        'values stay unchanged',
      ),
      bug(
        "takes a header's memory for its own",
        () =>
          plugin((_topic, value, headers) => {
            for (const header of headers) if (header.value instanceof Uint8Array) header.value.fill(9)
            return encode(value)
          }),
        'headers that are there stay as they were',
      ),
      bug(
        'writes anything',
        () => plugin((_topic, value) => `order ${value.id}`),
        refused(1, '[object Object]'),
        refused(2, 'string'),
      ),
      bug(
        'rejects with a string',
        () =>
          plugin((_topic, value) => {
            // eslint-disable-next-line @typescript-eslint/only-throw-error
            if (typeof value.id !== 'number') throw 'no'
            return encode(value)
          }),
        refused(1, '[object Object]'),
        refused(2, 'string'),
      ),
    ],
  )

  test('null is no sample, since no serializer is given it', () => {
    const setup = { create: () => honest, refused: [], samples: [{ value: null, bytes: null }, ...samples] }
    expect(() => serializerConformance<Order | null>(setup as never)).toThrow('take the sample out')
  })

  test('one sample is too few to tell a constant from a serializer', () => {
    expect(() => serializerConformance({ create: () => honest, refused: [], samples: samples.slice(1) })).toThrow(
      'at least two samples',
    )
  })
})
