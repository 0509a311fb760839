/** A line of a plot; points in order of x. */
export interface Line {
  readonly name: string
  readonly colour: string
  readonly points: readonly (readonly [x: number, y: number])[]
}

/** How a plot is to look. */
export interface PlotOptions {
  readonly title: string
  readonly x: string
  readonly y: string
  readonly lines: readonly Line[]
  /** Draws what is below the line as well. */
  readonly filled?: boolean
}

const WIDTH = 860
const HEIGHT = 280
const LEFT = 80
const RIGHT = 20
const TOP = 44
const BOTTOM = 46
const RIGHT_EDGE = WIDTH - RIGHT
const BASE = HEIGHT - BOTTOM

/** A plot as inline SVG, both axes from 0. */
export function plot({ title, x, y, lines, filled = false }: PlotOptions): string {
  const points = lines.flatMap((line) => line.points)
  const across = axis(Math.max(...points.map(([at]) => at), 1e-3))
  const up = axis(Math.max(...points.map(([, value]) => value), 1e-3))
  const toX = (at: number): string => (LEFT + (at / across.end) * (RIGHT_EDGE - LEFT)).toFixed(1)
  const toY = (value: number): string => (BASE - (value / up.end) * (BASE - TOP)).toFixed(1)
  const parts = [
    text(LEFT, 18, title, 'start', 'title'),
    text((LEFT + RIGHT_EDGE) / 2, HEIGHT - 8, x, 'middle'),
    `<text transform="translate(16 ${(BASE + TOP) / 2}) rotate(-90)" text-anchor="middle">${escape(y)}</text>`,
    ...up.marks.map(
      (value) =>
        `<path class="grid" d="M${LEFT} ${toY(value)}H${RIGHT_EDGE}"/>` +
        text(LEFT - 8, Number(toY(value)) + 4, value.toLocaleString('en-US'), 'end'),
    ),
    ...across.marks.map((at) => text(Number(toX(at)), BASE + 18, at.toLocaleString('en-US'), 'middle')),
    ...lines.map(({ colour, points: of }) => {
      const path = of.map(([at, value]) => `${toX(at)} ${toY(value)}`).join('L')
      const [first, last] = [of[0], of.at(-1)]
      const area =
        filled && first !== undefined && last !== undefined
          ? `<path d="M${path}L${toX(last[0])} ${BASE}L${toX(first[0])} ${BASE}Z" fill="${colour}" opacity="0.25"/>`
          : ''
      return `${area}<path d="M${path}" fill="none" stroke="${colour}" stroke-width="1.6"/>`
    }),
    ...(lines.length > 1 ? lines.map((line, i) => key(line, LEFT + 10 + i * 90)) : []),
  ]
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escape(title)}">\n${parts.join('\n')}\n</svg>`
}

function key({ name, colour }: Line, x: number): string {
  return `<path d="M${x} 32h18" stroke="${colour}" stroke-width="3"/>${text(x + 24, 36, name, 'start')}`
}

/** Round marks from 0 to one that is not below `most`. */
function axis(most: number): { end: number; marks: readonly number[] } {
  const rough = most / 6
  const power = 10 ** Math.floor(Math.log10(rough))
  const size = ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10) * power
  const count = Math.ceil(most / size)
  return { end: count * size, marks: Array.from({ length: count + 1 }, (_, i) => Number((i * size).toPrecision(6))) }
}

function text(x: number, y: number, content: string, anchor: 'start' | 'middle' | 'end', kind = 'label'): string {
  return `<text class="${kind}" x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${escape(content)}</text>`
}

/** Text that is nothing but text in HTML. */
export function escape(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
