import type { FromService, OtlpSpan } from './collector.ts'

type Span = FromService<OtlpSpan>

interface Row {
  readonly span: Span
  readonly depth: number
}

const WIDTH = 960
const LABELS = 350
const ROW = 34
const TOP = 56
const colours: readonly string[] = ['#2f6f9f', '#b3632a', '#4c8a4c', '#7a5c9e']

/** A trace as a picture: a row for each span, below its parent; bars in milliseconds; links dashed. */
export function traceSvg(spans: readonly Span[]): string {
  const rows = inOrder(spans, undefined, 0)
  const begin = Math.min(...spans.map(startOf))
  const end = Math.max(...spans.map(endOf))
  const services = [...new Set(rows.map(({ span }) => span.service))]
  const x = (ms: number): number => round(LABELS + ((ms - begin) / (end - begin)) * (WIDTH - LABELS - 90))
  const y = (row: number): number => TOP + row * ROW
  const height = y(rows.length) + 16
  const parts = rows.flatMap(({ span, depth }, row) => {
    const [from, to] = [x(startOf(span)), x(endOf(span))]
    const colour = colours[services.indexOf(span.service) % colours.length]!
    const took = round(endOf(span) - startOf(span))
    return [
      `<rect x="${from}" y="${y(row)}" width="${Math.max(2, round(to - from))}" height="18" rx="3" fill="${colour}"/>`,
      `<text x="${16 + depth * 22}" y="${y(row) + 14}">${escape(`${span.service}: ${span.name}`)}</text>`,
      `<text x="${Math.max(from + 2, to) + 6}" y="${y(row) + 14}" fill="#555">${took} ms</text>`,
    ]
  })
  const links = rows.flatMap(({ span }, row) =>
    // What a span links to beside its parent.
    span.links
      .filter(({ spanId }) => spanId !== span.parentSpanId)
      .map(({ spanId }) => rows.findIndex((other) => other.span.spanId === spanId))
      .filter((other) => other >= 0)
      .map((other) => {
        const [at, to] = [x(startOf(span)), x(startOf(rows[other]!.span))]
        const bend = Math.min(at, to) - 26
        return `<path d="M${at} ${y(row) + 9} C${bend} ${y(row) + 9} ${bend} ${y(other) + 9} ${to} ${y(other) + 9}"/>`
      }),
  )
  const legend = services.map(
    (service, i) =>
      `<rect x="${16 + i * 120}" y="18" width="12" height="12" rx="2" fill="${colours[i % colours.length]!}"/>` +
      `<text x="${34 + i * 120}" y="29">${escape(service)}</text>`,
  )
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="13">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    ...legend,
    `<text x="${16 + services.length * 120}" y="29" fill="#555">- - - link</text>`,
    ...parts,
    '<g fill="none" stroke="#999" stroke-dasharray="4 3">',
    ...links,
    '</g>',
    '</svg>',
  ].join('\n')}\n`
}

/** Children below their parents, earlier ones first. */
function inOrder(spans: readonly Span[], parent: string | undefined, depth: number): Row[] {
  return spans
    .filter(({ parentSpanId }) => (parentSpanId ?? '') === (parent ?? ''))
    .sort((a, b) => startOf(a) - startOf(b) || rankOf(a) - rankOf(b))
    .flatMap((span) => [{ span, depth }, ...inOrder(spans, span.spanId, depth + 1)])
}

/** Messages of one batch begin at the same time: by their offsets, and the batch behind them. */
function rankOf({ attributes }: Span): number {
  const offset = attributes.find(({ key }) => key === 'kafka.offset')?.value['intValue']
  return offset === undefined ? Number.MAX_SAFE_INTEGER : Number(offset)
}

function startOf({ startTimeUnixNano }: Span): number {
  return Number(BigInt(startTimeUnixNano) / 1000n) / 1000
}

function endOf({ endTimeUnixNano }: Span): number {
  return Number(BigInt(endTimeUnixNano) / 1000n) / 1000
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
