import { bytesOf, recordsIn, type TlsRecord } from './records.ts'

/** What becomes of the first flight of a server. */
export interface Answer {
  readonly bytes: Buffer
  /** Afterwards: pass on what both say, or end, or reset, or say nothing more. */
  readonly then: 'pass' | 'end' | 'reset' | 'silence'
}

/** What an attacker has in hand. */
export interface Hand {
  /** Uniform in [0, 1). */
  readonly random: () => number
  /** First flights of the same server to other clients. */
  readonly recorded: readonly Buffer[]
}

/** Somebody between client and server. */
export interface Attack {
  readonly name: string
  /** Changes what the client says first. */
  readonly hello?: (hello: Buffer, hand: Hand) => Buffer
  /** Changes what the server says first. */
  readonly flight?: (flight: Buffer, hand: Hand) => Answer
}

const HANDSHAKE = 22
const APPLICATION_DATA = 23

function below(limit: number, { random }: Hand): number {
  return Math.floor(random() * limit)
}

function noise(length: number, hand: Hand): Buffer {
  return Buffer.from(Array.from({ length }, () => below(256, hand)))
}

function oneOf<T>(list: readonly T[], hand: Hand): T {
  return list[below(list.length, hand)]!
}

/** Does something to one record that the handshake rests on; the change of cipher, which TLS 1.3 ignores, is none. */
function onRecord(change: (record: TlsRecord, hand: Hand) => Buffer[]): NonNullable<Attack['flight']> {
  return (flight, hand) => {
    const { records, rest } = recordsIn(flight)
    const counting = records.filter(({ type }) => type === HANDSHAKE || type === APPLICATION_DATA)
    const chosen = oneOf(counting, hand)
    const bytes = records.flatMap((record) => (record === chosen ? change(record, hand) : [bytesOf(record)]))
    return { bytes: Buffer.concat([...bytes, rest]), then: 'pass' }
  }
}

function changed(body: Buffer, hand: Hand, times: number): Buffer {
  const copy = Buffer.from(body)
  for (let i = 0; i < times; i++) {
    const at = below(copy.length, hand)
    copy[at] = copy[at]! ^ (1 + below(255, hand))
  }
  // Two changes of one byte may undo one another.
  if (copy.equals(body)) copy[0] = copy[0]! ^ 1
  return copy
}

/** Gives another number to the extension that says which versions a client speaks, so that the server sees none. */
function hideVersions(hello: Buffer): Buffer {
  const copy = Buffer.from(hello)
  const at = copy.indexOf(Buffer.of(0x00, 0x2b, 0x00, 0x05, 0x04, 0x03, 0x04, 0x03, 0x03))
  if (at >= 0) copy.writeUInt16BE(0x6a6a, at)
  else copy.writeUInt16BE(0x0302, 9)
  return copy
}

/** Everything that is tried. None of them may lead to a connection. */
export const attacks: readonly Attack[] = [
  ...(['end', 'reset', 'silence'] as const).map((then) => ({
    name: `truncated, then ${then}`,
    flight: (flight: Buffer, hand: Hand) => ({ bytes: flight.subarray(0, below(flight.length, hand)), then }),
  })),
  {
    name: 'truncated record, with its true length',
    flight: onRecord((record, hand) => [
      bytesOf({ ...record, body: record.body.subarray(0, below(record.body.length, hand)) }),
    ]),
  },
  {
    name: 'oversized record',
    flight: (flight, hand) => {
      const [first] = recordsIn(flight).records
      const body = noise(20_000, hand)
      const length = 16_384 + 257 + below(65_535 - 16_641, hand)
      return { bytes: Buffer.concat([bytesOf({ ...first!, body }, length), body, body, body]), then: 'pass' }
    },
  },
  {
    name: 'oversized message',
    flight: (_flight, hand) => {
      // A certificate message that claims 16 MB, sent on and on.
      const piece = { type: HANDSHAKE, version: 0x0303, body: noise(16_000, hand) }
      piece.body.set([oneOf([2, 11, 12, 13], hand), 0xff, 0xff, 0xff])
      const more = Array.from({ length: 12 }, () => bytesOf({ ...piece, body: noise(16_000, hand) }))
      return { bytes: Buffer.concat([bytesOf(piece), ...more]), then: 'silence' }
    },
  },
  {
    name: 'random bytes',
    flight: (_flight, hand) => ({ bytes: noise(1 + below(3000, hand), hand), then: oneOf(['end', 'silence'], hand) }),
  },
  {
    name: 'random record',
    flight: (_flight, hand) => {
      const type = oneOf([20, 21, 22, 23, 24], hand)
      // An alert of close_notify is an end, not an attack; it is among `truncated`.
      const body = type === 21 ? Buffer.of(2, 1 + below(255, hand)) : noise(1 + below(2000, hand), hand)
      return { bytes: bytesOf({ type, version: 0x0303, body }), then: oneOf(['end', 'silence'], hand) }
    },
  },
  {
    name: 'one byte changed',
    flight: onRecord((record, hand) => [bytesOf({ ...record, body: changed(record.body, hand, 1) })]),
  },
  {
    name: 'bytes changed',
    flight: onRecord((record, hand) => [bytesOf({ ...record, body: changed(record.body, hand, 1 + below(20, hand)) })]),
  },
  {
    name: 'bytes put in',
    flight: onRecord((record, hand) => [
      bytesOf({ ...record, body: Buffer.concat([record.body, noise(1 + below(50, hand), hand)]) }),
    ]),
  },
  { name: 'record left out', flight: onRecord(() => []) },
  {
    name: 'flight of another connection',
    flight: (_flight, hand) => ({ bytes: oneOf(hand.recorded, hand), then: 'pass' }),
  },
  {
    name: 'record of another connection',
    flight: onRecord((_record, hand) =>
      recordsIn(oneOf(hand.recorded, hand))
        .records.slice(0, 1)
        .map((each) => bytesOf(each)),
    ),
  },
  {
    name: 'first record again, before all',
    flight: (flight) => ({ bytes: Buffer.concat([bytesOf(recordsIn(flight).records[0]!), flight]), then: 'pass' }),
  },
  { name: 'version hidden from the server', hello: hideVersions },
  { name: 'hello changed', hello: (hello) => Buffer.concat([hello.subarray(0, 11), changedRandom(hello)]) },
  {
    name: 'older version chosen',
    flight: (flight, hand) => {
      const copy = Buffer.from(flight)
      copy.writeUInt16BE(oneOf([0x0300, 0x0301, 0x0302, 0x0002], hand), 9)
      return { bytes: copy, then: 'pass' }
    },
  },
  {
    name: 'alert',
    flight: (flight, hand) => {
      const alert = bytesOf({
        type: 21,
        version: 0x0303,
        body: Buffer.of(2, oneOf([10, 20, 22, 40, 42, 48, 70, 80, 116], hand)),
      })
      return { bytes: Buffer.concat([alert, flight]), then: 'pass' }
    },
  },
  {
    name: 'data before the handshake',
    flight: (flight, hand) => ({
      bytes: Buffer.concat([bytesOf({ type: APPLICATION_DATA, version: 0x0303, body: noise(100, hand) }), flight]),
      then: 'pass',
    }),
  },
]

/** The client's random, changed: the server then agrees on something else than the client. */
function changedRandom(hello: Buffer): Buffer {
  const copy = Buffer.from(hello.subarray(11))
  copy[0] = copy[0]! ^ 0xff
  return copy
}
