import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/**
 * Runs a command to its end and never throws: a command that cannot be started counts as one that failed.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number, shell?: boolean, inherit?: boolean }} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(command, args, options = {}) {
  const { timeoutMs, inherit = false, ...rest } = options
  return new Promise((resolve) => {
    /** @type {import('node:child_process').StdioOptions} */
    const stdio = inherit ? 'inherit' : ['ignore', 'pipe', 'pipe']
    /** @type {import('node:child_process').ChildProcess} */
    const child = spawn(command, args, { ...rest, stdio, windowsHide: true })
    let output = ''
    child.stdout?.setEncoding('utf8').on('data', (/** @type {string} */ text) => (output += text))
    child.stderr?.setEncoding('utf8').on('data', (/** @type {string} */ text) => (output += text))
    const timer = limit(child, timeoutMs)
    const stopForwarding = inherit ? forwardSignals(child) : () => {}
    /** @param {number} code @param {string} [note] */
    const settle = (code, note = '') => {
      timer.clear()
      stopForwarding()
      resolve({ code, output: output + note })
    }
    child.once('error', (error) => settle(127, `${command}: ${error.message}\n`))
    child.once('close', (code, signal) => {
      if (timer.ended()) settle(124, `${command} ${args.join(' ')} was stopped after ${timeoutMs} ms\n`)
      else settle(code ?? 128 + (signal === null ? 0 : constants.signals[signal]))
    })
  })
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {number | undefined} timeoutMs
 */
function limit(child, timeoutMs) {
  let ended = false
  const end = () => {
    ended = true
    child.kill('SIGKILL')
  }
  const timer = timeoutMs === undefined ? undefined : setTimeout(end, timeoutMs)
  return { clear: () => clearTimeout(timer), ended: () => ended }
}

/**
 * A terminal sends Ctrl-C to the child as well, and the child decides what it means; so this process only has to
 * outlive it. SIGTERM comes to this process alone and is passed on.
 *
 * @param {import('node:child_process').ChildProcess} child
 * @returns {() => void}
 */
function forwardSignals(child) {
  const ignore = () => {}
  const pass = () => child.kill('SIGTERM')
  process.on('SIGINT', ignore).on('SIGTERM', pass)
  return () => process.off('SIGINT', ignore).off('SIGTERM', pass)
}
