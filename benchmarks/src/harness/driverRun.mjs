import { spawn } from 'node:child_process'
import { once } from 'node:events'

/**
 * Runs a driver to its end and gives what it told, with `failure` if it did not end well.
 *
 * @param {readonly string[]} command
 * @param {Readonly<Record<string, string>>} flags
 * @param {number} timeoutSeconds after which it is killed
 * @returns {Promise<Record<string, unknown> & { failure?: string }>}
 */
export async function runDriver(command, flags, timeoutSeconds) {
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value])
  const [file, ...before] = command
  const child = spawn(/** @type {string} */ (file), [...before, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let late = false
  const timer = setTimeout(() => {
    late = true
    child.kill('SIGKILL')
  }, timeoutSeconds * 1000)
  let [output, errors] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text) => (output += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (errors = (errors + text).slice(-10_000)))
  try {
    const [code, signal] = await once(child, 'close')
    const told = parse(output)
    if (late) return { ...told, failure: `killed after ${timeoutSeconds} s` }
    if (code === 0) return told
    return { ...told, failure: `ended with ${code ?? signal}: ${firstMessage(errors)}` }
  } catch (error) {
    return { failure: String(/** @type {Error} */ (error).message) }
  } finally {
    clearTimeout(timer)
  }
}

/** @param {string} output */
function parse(output) {
  const line = output.split('\n').findLast((text) => text.startsWith('{'))
  try {
    return JSON.parse(line ?? '')
  } catch {
    return { failure: 'told nothing' }
  }
}

/** @param {string} errors */
function firstMessage(errors) {
  return /^.*(?:Error|Exception|FATAL|error):.*$/m.exec(errors)?.[0].trim() ?? errors.trim().slice(-200)
}
