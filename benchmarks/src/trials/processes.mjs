import { fork } from 'node:child_process'
import { once } from 'node:events'

/**
 * A process that a trial has started. What one does is its own CPU and its own memory, so that of a broker is never
 * counted as the producer's.
 *
 * @typedef {object} Process
 * @property {(message: object) => Promise<any>} ask sends a message and resolves with the answer to it
 * @property {() => Promise<void>} stop
 */

/**
 * Starts a module as a process that answers each message with one. Ends with an error when the process does.
 *
 * @param {string} module file name, beside this file
 * @param {readonly string[]} [nodeFlags]
 * @returns {Process}
 */
export function startProcess(module, nodeFlags = []) {
  const file = new URL(module, import.meta.url)
  const child = fork(file, [], {
    execArgv: [...process.execArgv, ...nodeFlags],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`${module} ended with ${code ?? signal} before it answered`)
  })
  ended.catch(() => {})
  return {
    async ask(message) {
      const answered = once(child, 'message')
      child.send(message)
      const [answer] = await Promise.race([answered, ended])
      if (answer.error !== undefined) throw new Error(`${module}: ${answer.error}`)
      return answer
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit')
      child.kill()
      await gone
    },
  }
}

/**
 * The other side of {@link startProcess}: answers messages one after the other, with what `answer` resolves with.
 *
 * @param {(message: any) => Promise<object> | object} answer
 */
export function serve(answer) {
  process.on('message', async (message) => {
    try {
      reply(await answer(message))
    } catch (error) {
      reply({ error: error instanceof Error ? error.message : String(error) })
    }
  })
  // Nobody asks any more.
  process.on('disconnect', () => process.exit())
}

/** @param {object} answer */
function reply(answer) {
  process.send?.(answer)
}
