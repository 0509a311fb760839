const tasks = new Set<() => void>()
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
let installed = false

/**
 * Has a synchronous task run when this process ends, by itself or by a signal.
 * Returns the function that takes it back, for those who cleaned up in time.
 */
export function onProcessEnd(task: () => void): () => void {
  install()
  tasks.add(task)
  return () => tasks.delete(task)
}

function install(): void {
  if (installed) return
  installed = true
  process.on('exit', runTasks)
  // First in the row, because a `once` listener that has run before us would no longer be counted below.
  for (const signal of signals) process.prependListener(signal, onSignal)
}

function onSignal(signal: NodeJS.Signals): void {
  // Whoever else listens decides when the process ends; then the exit event comes to us.
  if (process.listenerCount(signal) > 1) return
  runTasks()
  for (const name of signals) process.removeListener(name, onSignal)
  process.kill(process.pid, signal)
}

function runTasks(): void {
  for (const task of tasks) {
    tasks.delete(task)
    try {
      task()
    } catch {
      // The other tasks still have to run.
    }
  }
}
