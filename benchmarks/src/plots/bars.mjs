import { linear, short } from './axis.mjs'
import { COLOURS, drawing, label, round } from './svg.mjs'

/**
 * A figure with what it lay between.
 *
 * @typedef {{ name: string, value: number, least: number, most: number }} Bar
 */

const WIDTH = 900
const LEFT = 170
const RIGHT = 90
const TOP = 40
const BOTTOM = 45
const STEP = 26

/**
 * Draws figures one below the other, as an SVG document. What is so large that it would hide the others goes beyond the
 * edge, and only its number tells.
 *
 * @param {{ title: string, x: string, bars: readonly Bar[] }} plot
 */
export function barsOf({ title, x, bars }) {
  const height = TOP + STEP * bars.length + BOTTOM
  const inOrder = bars.map(({ most }) => most).sort((a, b) => a - b)
  const middle = inOrder[Math.floor(inOrder.length / 2)] ?? 1
  const axis = linear(Math.max(...inOrder.filter((most) => most <= middle * 6), 0.1))
  const end = WIDTH - RIGHT
  const toX = (/** @type {number} */ value) => round(LEFT + Math.min(1, axis.place(value)) * (end - LEFT))
  const bottom = height - BOTTOM
  const grid = axis.marks.map(
    (at) => `<path d="M${toX(at)} ${TOP}V${bottom}" stroke="#ddd"/>${label(toX(at), bottom + 18, short(at), 'middle')}`,
  )
  const drawn = bars.map(({ name, value, least, most }, i) => {
    const y = TOP + STEP * i
    const colour = name.startsWith('posthorn') ? COLOURS[1] : COLOURS[0]
    const told = Number(value.toPrecision(3)).toLocaleString('en-US')
    return (
      label(LEFT - 8, y + 17, name, 'end') +
      `<path d="M${LEFT} ${y + 5}H${toX(value)}V${y + 21}H${LEFT}Z" fill="${colour}"/>` +
      `<path d="M${toX(least)} ${y + 13}H${toX(most)}" stroke="#000"/>` +
      label(Math.max(toX(value), toX(most)) + 6, y + 17, axis.place(value) > 1 ? `${told} →` : told)
    )
  })
  return drawing(WIDTH, height, [
    label(LEFT, 22, title),
    ...grid,
    ...drawn,
    label((LEFT + end) / 2, height - 8, x, 'middle'),
  ])
}
