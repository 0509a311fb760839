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
export function run(command, args, { cwd, env = process.env, timeoutMs, shell = false, inherit = false } = {}) {
  return new Promise((resolve) => {
    const stdio = inherit ? 'inherit' : ['ignore', 'pipe', 'pipe']
    const child = spawn(command, args, { cwd, env, shell, stdio, windowsHide: true })
    let output = ''
    let timedOut = false
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => {
      timedOut = true
      child.kill('SIGKILL')
    }, timeoutMs)
    child.stdout?.setEncoding('utf8').on('data', (text) => (output += text))
    child.stderr?.setEncoding('utf8').on('data', (text) => (output += text))
    const stopForwarding = inherit ? forwardSignals(child) : () => {}
    const settle = (code, note) => {
      clearTimeout(timer)
      stopForwarding()
      resolve({ code, output: note === undefined ? output : `${output}${note}\n` })
    }
    child.once('error', (error) => settle(127, `${command}: ${error.message}`))
    child.once('close', (code, signal) => {
      if (timedOut) settle(124, `${command} ${args.join(' ')}: no end after ${timeoutMs / 1000} s`)
      else settle(code ?? 128 + (constants.signals[signal] ?? 0))
    })
  })
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
