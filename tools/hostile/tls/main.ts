// node --conditions=@posthorn/source tools/hostile/tls/main.ts [--count N] [--seed S]
import { parseArgs } from 'node:util'
import { runHostile } from './run.ts'

const { values } = parseArgs({
  options: { count: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } },
})
const start = performance.now()
const before = process.memoryUsage.rss()
const result = await runHostile({ count: Number(values.count), seed: values.seed, atOnce: 64, limitMs: 5000 })
const seconds = ((performance.now() - start) / 1000).toFixed(1)
for (const [name, row] of Object.entries(result.outcomes).sort(([a], [b]) => a.localeCompare(b))) {
  const counts = Object.entries(row).sort(([, a], [, b]) => b - a)
  console.log(`${name.padEnd(62)} ${counts.map(([outcome, count]) => `${outcome} ${count}`).join(', ')}`)
}
const { accepted, untyped, hung, sinkCalls, genuine, leftOpen } = result
const grown = Math.round((process.memoryUsage.rss() - before) / 1e6)
console.log(`${values.count} handshakes in ${seconds} s, seed ${values.seed}; resident memory grew by ${grown} MB`)
console.log(
  `accepted ${accepted.length}, hung ${hung.length}, untyped ${untyped.length}, sockets left ${leftOpen}, calls of sinks ${sinkCalls}`,
)
console.log(`left alone: ${genuine.accepted} of ${genuine.tried} accepted`)
for (const bad of [...accepted, ...hung, ...untyped]) console.log(`  ${bad}`)
const isBad = accepted.length + hung.length + untyped.length + leftOpen + sinkCalls > 0
process.exitCode = isBad || genuine.accepted < genuine.tried ? 1 : 0
