// Runs hostile SASL exchanges and says what came of them: npm run hostile:sasl -- [--count N] [--from SEED]
import { parseArgs } from 'node:util'
import { hostileExchange, type HostileResult } from '../../../plugins/sasl/test/support/hostile.ts'

const { values } = parseArgs({ options: { count: { type: 'string' }, from: { type: 'string' } } })
const count = Number(values.count ?? 10_000)
const from = Number(values.from ?? 1)
const began = performance.now()
const tally = new Map<string, number>()
const faults: string[] = []
let longestMs = 0
let early = 0
for (let seed = from; seed < from + count; seed++) {
  const result = await hostileExchange(seed)
  const row = `${result.mechanism.padEnd(13)} ${result.kind.padEnd(24)} ${result.code}`
  tally.set(row, (tally.get(row) ?? 0) + 1)
  longestMs = Math.max(longestMs, result.ms)
  if (isFault(result)) faults.push(`seed ${seed}: ${JSON.stringify(result)}`)
  if (seed === from + Math.floor(count / 10)) early = memory()
}
for (const [row, times] of [...tally].sort()) console.log(`${row} ${times}`)
const seconds = ((performance.now() - began) / 1000).toFixed(1)
console.log(`${count} exchanges in ${seconds} s; the longest took ${longestMs} virtual ms`)
console.log(`heap after a tenth of them ${mib(early)}, at the end ${mib(memory())}`)
console.log(faults.length === 0 ? 'accepted 0, hanging 0, leaking 0' : faults.slice(0, 20).join('\n'))
process.exitCode = faults.length === 0 ? 0 : 1

function isFault({ accepted, ms, left, shown }: HostileResult): boolean {
  return accepted || ms > 20_000 || left > 0 || shown
}

function memory(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

function mib(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`
}
