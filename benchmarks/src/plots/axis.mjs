/**
 * Where values stand along an axis, from 0 to 1, and which of them are marked.
 *
 * @typedef {object} Axis
 * @property {(value: number) => number} place
 * @property {readonly number[]} marks
 */

/**
 * From 0 to a round number that is not less than `most`.
 *
 * @param {number} most
 * @returns {Axis}
 */
export function linear(most) {
  const rough = most / 6
  const power = 10 ** Math.floor(Math.log10(rough))
  const size = /** @type {number} */ ([1, 2, 5, 10].find((factor) => factor * power >= rough) || 10) * power
  const count = Math.ceil(most / size - 1e-9)
  const end = count * size
  const marks = Array.from({ length: count + 1 }, (_, i) => Number((i * size).toFixed(6)))
  return { place: (value) => value / end, marks }
}

/**
 * Equal distances for equal factors. Marks the powers of 10, and where those are few, 2 and 5 times them as well.
 *
 * @param {readonly number[]} values all above 0
 * @returns {Axis}
 */
export function logarithmic(values) {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const factors = most / least > 1000 ? [1] : [1, 2, 5]
  const marks = []
  for (let power = Math.floor(Math.log10(least)); power <= Math.ceil(Math.log10(most)); power++) {
    for (const factor of factors) marks.push(Number((factor * 10 ** power).toPrecision(1)))
  }
  // From the last mark that is not above the least, to the first that is not below the most.
  const from = marks.findLast((mark) => mark <= least * 1.001) ?? least
  const to = marks.find((mark) => mark >= most * 0.999 && mark > from) ?? most
  const scale = Math.log(to / from) || 1
  return {
    place: (value) => Math.log(value / from) / scale,
    marks: marks.filter((mark) => mark >= from && mark <= to),
  }
}

/** @param {number} value */
export function short(value) {
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`
  if (value >= 1e4) return `${Number((value / 1e3).toPrecision(3))}k`
  return String(Number(value.toPrecision(4)))
}
