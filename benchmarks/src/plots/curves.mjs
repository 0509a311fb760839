import { linear, logarithmic, short } from './axis.mjs'
import { COLOURS, drawing, escape, label, round } from './svg.mjs'

/**
 * A curve: points in order of `x`, each with what it lay between, if it was measured more than once.
 *
 * @typedef {object} Curve
 * @property {string} name
 * @property {readonly (readonly [x: number, y: number, least?: number, most?: number])[]} points
 */

/**
 * @typedef {object} Plot
 * @property {string} title
 * @property {string} x what the horizontal axis is, with its unit
 * @property {string} y
 * @property {readonly Curve[]} curves
 * @property {readonly { name: string, y: number }[]} [lines] levels to compare the curves with
 * @property {boolean} [logX] equal distances for equal factors, instead of an axis from 0
 * @property {boolean} [logY]
 * @property {boolean} [dots] marks the points
 */

const WIDTH = 900
const HEIGHT = 420
const LEFT = 70
const RIGHT = 260
const TOP = 40
const BOTTOM = 50

/**
 * Draws curves as an SVG document.
 *
 * @param {Plot} plot
 */
export function plotOf({ title, x, y, curves, lines = [], logX = false, logY = false, dots = false }) {
  const points = curves.flatMap((curve) => curve.points)
  const xs = points.map(([at]) => at)
  const ys = [
    ...points.flatMap(([, value, least, most]) => [value, least ?? value, most ?? value]),
    ...lines.map((line) => line.y),
  ]
  const across = logX ? logarithmic(xs) : linear(Math.max(1, ...xs))
  const up = logY ? logarithmic(ys) : linear(Math.max(0.1, ...ys))
  const toX = (/** @type {number} */ at) => round(LEFT + across.place(at) * (WIDTH - LEFT - RIGHT))
  const toY = (/** @type {number} */ value) => round(HEIGHT - BOTTOM - up.place(value) * (HEIGHT - TOP - BOTTOM))
  const right = WIDTH - RIGHT
  const grid = up.marks.map(
    (value) =>
      `<path d="M${LEFT} ${toY(value)}H${right}" stroke="#ddd"/>${label(LEFT - 8, toY(value) + 4, short(value), 'end')}`,
  )
  const below = across.marks.map((at) => label(toX(at), HEIGHT - BOTTOM + 18, short(at), 'middle'))
  const levels = lines.map(
    ({ name, y: level }) =>
      `<path d="M${LEFT} ${toY(level)}H${right}" stroke="#000" stroke-dasharray="6 4"/>` +
      label(right + 8, toY(level) + 4, name),
  )
  const drawn = curves.map(({ name, points: of }, i) => {
    const colour = /** @type {string} */ (COLOURS[i % COLOURS.length])
    const path = of.map(([at, value]) => `${toX(at)} ${toY(value)}`).join('L')
    const key = HEIGHT - BOTTOM - 20 * (curves.length - 1 - i)
    const marks = dots ? of.map((point) => mark(point, colour, toX, toY)).join('') : ''
    return (
      `<path d="M${path}" fill="none" stroke="${colour}" stroke-width="1.5"/>${marks}` +
      `<path d="M${right + 8} ${key}h20" stroke="${colour}" stroke-width="3"/>${label(right + 34, key + 4, name)}`
    )
  })
  return drawing(WIDTH, HEIGHT, [
    label(LEFT, 22, title),
    ...grid,
    ...below,
    label((LEFT + right) / 2, HEIGHT - 10, x, 'middle'),
    `<text transform="translate(16 ${HEIGHT / 2}) rotate(-90)" text-anchor="middle">${escape(y)}</text>`,
    ...levels,
    ...drawn,
  ])
}

/**
 * A point, and the line between what it was at the least and at the most.
 *
 * @param {Curve['points'][number]} point
 * @param {string} colour
 * @param {(x: number) => number} toX
 * @param {(y: number) => number} toY
 */
function mark([at, value, least, most], colour, toX, toY) {
  const dot = `<circle cx="${toX(at)}" cy="${toY(value)}" r="3" fill="${colour}"/>`
  if (least === undefined || most === undefined) return dot
  return `${dot}<path d="M${toX(at)} ${toY(least)}V${toY(most)}" stroke="${colour}" stroke-width="1"/>`
}
