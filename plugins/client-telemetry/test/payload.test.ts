import { expect, test } from 'vitest'
import type { Payload, Told } from '../src/payload.ts'
import { payloadOf } from '../src/payload.ts'
import type { Reading } from '../src/readings.ts'
import type { Pushed } from './support/otlp.ts'
import { readMetrics } from './support/otlp.ts'

const total = (name: string, value: number): Reading => ({ name, labels: {}, series: name, isTotal: true, value })

function make(readings: readonly Reading[], wanted: string, lastMs: number, told: Told, isDelta = true): Payload {
  const wants = (name: string): boolean => name.startsWith(wanted)
  const subscription = {
    id: 1,
    pushIntervalMs: 1000,
    deltaTemporality: isDelta,
    acceptedCompressionTypes: [],
    wants,
  }
  return payloadOf(readings, subscription, { startMs: 1000, lastMs, nowMs: lastMs + 1000 }, told)
}

const points = ({ bytes }: Payload): [string, number, number, number][] =>
  readMetrics(bytes).flatMap(({ name, points }: Pushed) =>
    points.map((point): [string, number, number, number] => [name, point.value, point.startMs, point.endMs]),
  )

test('TEL-05: a delta counts since the series was last told, also when it was not wanted in between', () => {
  const first = make([total('a', 5), total('b', 1)], 'a', 1000, new Map())
  expect(points(first)).toEqual([['a', 5, 1000, 2000]])
  const second = make([total('a', 7), total('b', 2)], 'b', 2000, first.told)
  expect(points(second)).toEqual([['b', 2, 1000, 3000]])
  const third = make([total('a', 9), total('b', 2)], '', 3000, second.told)
  expect(points(third)).toEqual([
    ['a', 4, 2000, 4000],
    ['b', 0, 3000, 4000],
  ])
})

test('TEL-05: a total that is new, or began anew, counts since the latest push', () => {
  const first = make([total('a', 5)], '', 1000, new Map())
  const second = make([total('a', 2), total('b', 3)], '', 2000, first.told)
  expect(points(second)).toEqual([
    ['a', 2, 2000, 3000],
    ['b', 3, 2000, 3000],
  ])
})

test('TEL-05: cumulative totals count since the producer was made, also after deltas', () => {
  const first = make([total('a', 5)], '', 1000, new Map())
  expect(points(make([total('a', 7)], '', 2000, first.told, false))).toEqual([['a', 7, 1000, 3000]])
})
