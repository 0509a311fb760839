export const COLOURS = ['#1f77b4', '#d62728', '#2ca02c', '#9467bd', '#ff7f0e', '#8c564b', '#17becf', '#7f7f7f']

/**
 * A drawing on white, which can stand in a page of any colour.
 *
 * @param {number} width
 * @param {number} height
 * @param {readonly string[]} parts
 */
export function drawing(width, height, parts) {
  const open = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`
  return `${open}\n<rect width="${width}" height="${height}" fill="#fff"/>\n${parts.join('\n')}\n</svg>\n`
}

/**
 * @param {number} x
 * @param {number} y
 * @param {string | number} text
 * @param {'start' | 'middle' | 'end'} [anchor]
 */
export function label(x, y, text, anchor = 'start') {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">${escape(String(text))}</text>`
}

/** @param {string} text */
export function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

/** @param {number} value */
export function round(value) {
  return Number(value.toFixed(1))
}
