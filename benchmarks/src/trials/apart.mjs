import { startProcess } from './processes.mjs'

/** @typedef {import('./processes.mjs').Process} Process */

/**
 * Runs `work` with brokers and an application, each a process of its own, and ends both.
 *
 * @template T
 * @param {{ brokers: number, topics: readonly string[], partitions: number, options: object, application?: string, tls?: boolean }} setting
 * @param {(application: Process, brokers: Process) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function apart(setting, work) {
  const { brokers: count, topics, partitions, options, application: module = 'lanes.mjs', tls = false } = setting
  const brokers = startProcess('brokers.mjs')
  const application = startProcess(module)
  try {
    const { bootstrap, ca } = await brokers.ask({ do: 'start', brokers: count, topics, partitions, tls })
    const all = ca === undefined ? options : { ...options, tls: { ca } }
    await application.ask({ do: 'start', bootstrap: bootstrap[0], options: all, topics })
    return await work(application, brokers)
  } finally {
    await Promise.all([application.stop(), brokers.stop()])
  }
}
