import { writeSync } from 'node:fs'
import { workerData } from 'node:worker_threads'

// The other side of watchdog.ts. Imports nothing of it: this thread must start at once, whatever the other one does.
const { shared, names, limitMs } = workerData as { shared: SharedArrayBuffer; names: string[]; limitMs: number }
const slots = new Int32Array(shared, 0, 4)
let last = -1
let since = performance.now()

setInterval(() => {
  const [count = 0, running = 0, length = 0, target = 0] = [0, 1, 2, 3].map((slot) => Atomics.load(slots, slot))
  if (count !== last || running === 0) {
    last = count
    since = performance.now()
  } else if (performance.now() - since > limitMs) {
    const input = Buffer.from(shared, 16, length).toString('hex')
    // The main thread does not come to write anything, so this one does it itself.
    writeSync(1, `FOUND in ${names[target] ?? ''}: no end within ${limitMs} ms\n`)
    writeSync(1, `  again: npm run fuzz -- --target ${names[target] ?? ''} --input ${input}\n`)
    process.kill(process.pid, 'SIGKILL')
  }
}, 250)
