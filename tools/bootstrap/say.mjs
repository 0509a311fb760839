/**
 * One line for each step, on standard error: standard output belongs to the job that follows.
 *
 * @param {string} step
 * @param {string} text
 */
export function say(step, text) {
  process.stderr.write(`${step.padEnd(8)} ${text}\n`)
}
