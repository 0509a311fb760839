import { readFileSync } from 'node:fs'
import * as stable from '@opentelemetry/semantic-conventions'
import * as incubating from '@opentelemetry/semantic-conventions/incubating'
import { beforeAll, expect, it } from 'vitest'
import type { Collector, OtlpAttributes } from '../src/collector.ts'
import { tellStory } from '../src/story.ts'
import { plain } from './support/otlp.ts'

const page = readFileSync(new URL('../../../docs/guides/opentelemetry.md', import.meta.url), 'utf8')
const lines = page.split('\n')
const head = cellsOf(lines.find((line) => line.startsWith('| attribute ')) ?? '')
const rows = lines.filter((line) => /^\| `(messaging|kafka|server|error)\./.test(line)).map(cellsOf)

let exported: Pick<Collector, 'spans' | 'metrics'>
beforeAll(async () => {
  exported = await tellStory(['lamp', 'chair'])
})

it('every attribute in the guide’s table has the name of its constant in the conventions', () => {
  const constants: Readonly<Record<string, unknown>> = { ...stable, ...incubating }
  expect(rows.length).toBeGreaterThan(10)
  for (const [attribute, constant = ''] of rows) expect(constants[constant], constant).toBe(attribute)
})

it.each([
  ['span create', () => attributesOfSpans('create orders')],
  ['span send', () => attributesOfSpans('send orders')],
  ['messaging.client.operation.duration', () => attributesOfMetric('messaging.client.operation.duration')],
  ['messaging.client.sent.messages', () => attributesOfMetric('messaging.client.sent.messages')],
])('the guide’s column %s is what is exported', (column, attributesOf) => {
  const index = head.indexOf(column)
  expect(index).toBeGreaterThan(1)
  const said = rows.map((cells) => ({ attribute: cells[0]!, cell: cells[index]! }))
  const seen = attributesOf()
  const of = (chosen: (cell: string) => boolean): string[] =>
    said.filter(({ cell }) => chosen(cell)).map(({ attribute }) => attribute)
  expect(of((cell) => cell === 'yes').filter((attribute) => !seen.has(attribute))).toEqual([])
  const allowed = of((cell) => cell !== 'no')
  expect([...seen].filter((attribute) => !allowed.includes(attribute))).toEqual([])
})

it('every metric is named in the guide, or is one of Kafka’s own', () => {
  const names = new Set(exported.metrics.map(({ name }) => name))
  expect(names.size).toBeGreaterThan(40)
  const others = [...names].filter((name) => !name.startsWith('kafka.producer.'))
  expect(others.sort()).toEqual(['messaging.client.operation.duration', 'messaging.client.sent.messages'])
  for (const name of others) expect(head).toContain(name)
})

function cellsOf(line: string): string[] {
  const cells = line.split('|').slice(1, -1)
  return cells.map((cell) => cell.trim().replaceAll('`', ''))
}

function attributesOfSpans(name: string): Set<string> {
  return keysOf(exported.spans.filter((span) => span.name === name))
}

function attributesOfMetric(name: string): Set<string> {
  const metric = exported.metrics.find((it) => it.name === name)
  return keysOf((metric?.sum ?? metric?.histogram)?.dataPoints ?? [])
}

function keysOf(all: readonly { readonly attributes: OtlpAttributes }[]): Set<string> {
  expect(all.length).toBeGreaterThan(0)
  return new Set(all.flatMap(({ attributes }) => Object.keys(plain(attributes))))
}
