/** A metric as it was pushed. */
export interface Pushed {
  readonly name: string
  readonly kind: 'gauge' | 'sum'
  /** 1 for delta, 2 for cumulative; 0 for a gauge. */
  readonly temporality: number
  readonly monotonic: boolean
  readonly points: readonly Point[]
}

/** One value of a metric. */
export interface Point {
  readonly labels: Record<string, string>
  readonly value: number
  readonly startMs: number
  readonly endMs: number
}

type Field = { readonly bytes: Uint8Array } & { readonly number: number; readonly scalar: bigint }

/** Reads `MetricsData` of OpenTelemetry (protobuf), as a receiver would. */
export function readMetrics(data: Uint8Array): Pushed[] {
  return each(data, 1).flatMap((resource) =>
    each(resource, 2).flatMap((scope) => each(scope, 2).map((metric) => readMetric(metric))),
  )
}

function readMetric(metric: Uint8Array): Pushed {
  const [gauge] = each(metric, 5)
  const [sum] = each(metric, 7)
  const body = gauge ?? sum ?? new Uint8Array(0)
  return {
    name: each(metric, 1).map(text).join(''),
    kind: gauge === undefined ? 'sum' : 'gauge',
    temporality: gauge === undefined ? Number(scalar(body, 2)) : 0,
    monotonic: gauge === undefined && scalar(body, 3) === 1n,
    points: each(body, 1).map((point) => ({
      labels: readLabels(point),
      value: double(scalar(point, 4)),
      startMs: Number(scalar(point, 2) / 1_000_000n),
      endMs: Number(scalar(point, 3) / 1_000_000n),
    })),
  }
}

function readLabels(point: Uint8Array): Record<string, string> {
  return Object.fromEntries(
    each(point, 7).map((pair) => [each(pair, 1).map(text).join(''), each(each(pair, 2)[0]!, 1).map(text).join('')]),
  )
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

function double(bits: bigint): number {
  const view = new DataView(new ArrayBuffer(8))
  view.setBigUint64(0, bits)
  return view.getFloat64(0)
}

function each(message: Uint8Array, number: number): Uint8Array[] {
  return [...fields(message)].filter((field) => field.number === number).map(({ bytes }) => bytes)
}

function scalar(message: Uint8Array, number: number): bigint {
  return [...fields(message)].find((field) => field.number === number)?.scalar ?? 0n
}

function* fields(message: Uint8Array): Generator<Field> {
  const view = new DataView(message.buffer, message.byteOffset, message.length)
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = view.getUint8(at++)
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return value
    }
  }
  while (at < message.length) {
    const tag = Number(varint())
    const wire = tag & 7
    const number = tag >> 3
    let bytes = new Uint8Array(0)
    let value = 0n
    if (wire === 0) value = varint()
    else if (wire === 1) {
      value = view.getBigUint64(at, true)
      at += 8
    } else if (wire === 2) {
      const length = Number(varint())
      bytes = new Uint8Array(message.subarray(at, at + length))
      at += length
    } else throw new Error(`wire type ${wire}`)
    yield { number, bytes, scalar: value }
  }
}
