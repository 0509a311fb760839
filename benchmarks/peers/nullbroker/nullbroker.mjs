// `nullbroker.c` for machines without a C compiler: the same command line, the same answers, the same totals.
import { createServer } from 'node:net'
import { Reader } from './reader.mjs'
import { Cluster } from './cluster.mjs'

const options = { brokers: 1, partitions: 6, 'latency-ms': 0, 'max-seconds': 900 }
for (let i = 2; i + 1 < process.argv.length; i += 2) {
  const name = /** @type {keyof options} */ (String(process.argv[i]).slice(2))
  if (name in options) options[name] = Number(process.argv[i + 1])
}
const cluster = new Cluster(options.partitions)
const latencyMs = options['latency-ms']
let bytes = 0
let connections = 0

/** @param {import('node:net').Socket} socket */
function onConnection(socket) {
  connections++
  socket.setNoDelay(true)
  /** @type {Buffer[]} */
  let chunks = []
  let held = 0
  let wanted = 4
  socket.on('data', (chunk) => {
    bytes += chunk.length
    held += chunk.length
    chunks.push(chunk)
    // A request of many batches comes in many pieces: they are joined once, when all are there.
    if (held < wanted) return
    const all = chunks.length === 1 ? chunk : Buffer.concat(chunks, held)
    let done = 0
    socket.cork()
    while (held - done >= (wanted = 4) && held - done >= (wanted = 4 + all.readUInt32BE(done))) {
      const answer = cluster.answer(new Reader(all, done + 4, done + wanted))
      done += wanted
      if (answer === null) continue
      if (latencyMs > 0 && answer.late) setTimeout(() => socket.write(answer.bytes), latencyMs)
      else socket.write(answer.bytes)
    }
    socket.uncork()
    held -= done
    chunks = held === 0 ? [] : [all.subarray(done)]
  })
  socket.on('error', () => socket.destroy())
}

for (let i = 0; i < options.brokers; i++) {
  const server = createServer(onConnection).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  cluster.ports.push(/** @type {import('node:net').AddressInfo} */ (server.address()).port)
}
console.log(JSON.stringify({ ports: cluster.ports }))

function end() {
  const { user, system } = process.cpuUsage()
  const totals = { ...cluster.totals, bytes, connections, cpu_s: Number(((user + system) / 1e6).toFixed(3)) }
  process.stdout.write(`${JSON.stringify(totals)}\n`, () => process.exit())
}
process.once('SIGTERM', end)
// Whoever started it may be killed without a word; nothing is to be left behind.
setTimeout(end, options['max-seconds'] * 1000).unref()
process.stdin.on('end', end).resume()
