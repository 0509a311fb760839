/**
 * A curve: points in order of `x`.
 *
 * @typedef {object} Curve
 * @property {string} name
 * @property {readonly (readonly [x: number, y: number])[]} points
 */

/**
 * @typedef {object} Plot
 * @property {string} title
 * @property {string} x what the horizontal axis is, with its unit
 * @property {string} y
 * @property {readonly Curve[]} curves
 * @property {readonly { name: string, y: number }[]} [lines] levels to compare the curves with
 */

const WIDTH = 900
const HEIGHT = 420
const LEFT = 70
const RIGHT = 260
const TOP = 40
const BOTTOM = 50
const COLOURS = ['#1f77b4', '#d62728', '#2ca02c', '#9467bd', '#ff7f0e', '#8c564b', '#17becf', '#7f7f7f']

/**
 * Draws curves as an SVG document, both axes from 0.
 *
 * @param {Plot} plot
 */
export function plotOf({ title, x, y, curves, lines = [] }) {
  const points = curves.flatMap((curve) => curve.points)
  const stepX = step(Math.max(1, ...points.map(([at]) => at)))
  const stepY = step(Math.max(1, ...points.map(([, value]) => value), ...lines.map((line) => line.y)))
  const toX = (/** @type {number} */ at) => round(LEFT + (at / stepX.end) * (WIDTH - LEFT - RIGHT))
  const toY = (/** @type {number} */ value) => round(HEIGHT - BOTTOM - (value / stepY.end) * (HEIGHT - TOP - BOTTOM))
  const right = WIDTH - RIGHT
  const marks = (/** @type {{ size: number, end: number }} */ { size, end }) =>
    Array.from({ length: Math.round(end / size) + 1 }, (_, i) => Number((i * size).toFixed(6)))
  const grid = marks(stepY).map(
    (value) =>
      `<path d="M${LEFT} ${toY(value)}H${right}" stroke="#ddd"/>${label(LEFT - 8, toY(value) + 4, value, 'end')}`,
  )
  const below = marks(stepX).map((at) => label(toX(at), HEIGHT - BOTTOM + 18, at, 'middle'))
  const levels = lines.map(
    ({ name, y: level }) =>
      `<path d="M${LEFT} ${toY(level)}H${right}" stroke="#000" stroke-dasharray="6 4"/>` +
      label(right + 8, toY(level) + 4, name),
  )
  const drawn = curves.map(({ name, points: of }, i) => {
    const colour = COLOURS[i % COLOURS.length]
    const path = of.map(([at, value]) => `${toX(at)} ${toY(value)}`).join('L')
    const key = HEIGHT - BOTTOM - 20 * (curves.length - 1 - i)
    return (
      `<path d="M${path}" fill="none" stroke="${colour}" stroke-width="1.5"/>` +
      `<path d="M${right + 8} ${key}h20" stroke="${colour}" stroke-width="3"/>${label(right + 34, key + 4, name)}`
    )
  })
  const parts = [
    label(LEFT, 22, title),
    ...grid,
    ...below,
    label((LEFT + right) / 2, HEIGHT - 10, x, 'middle'),
    `<text transform="translate(16 ${HEIGHT / 2}) rotate(-90)" text-anchor="middle">${escape(y)}</text>`,
    ...levels,
    ...drawn,
  ]
  const open = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`
  return `${open}\n<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>\n${parts.join('\n')}\n</svg>\n`
}

/**
 * A round distance between marks, and the end of an axis that holds `most`.
 *
 * @param {number} most
 */
function step(most) {
  const rough = most / 6
  const power = 10 ** Math.floor(Math.log10(rough))
  const size = /** @type {number} */ ([1, 2, 5, 10].find((factor) => factor * power >= rough) || 10) * power
  return { size, end: Math.ceil(most / size) * size }
}

/**
 * @param {number} x
 * @param {number} y
 * @param {string | number} text
 * @param {'start' | 'middle' | 'end'} [anchor]
 */
function label(x, y, text, anchor = 'start') {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">${escape(String(text))}</text>`
}

/** @param {string} text */
function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

/** @param {number} value */
function round(value) {
  return Number(value.toFixed(1))
}
