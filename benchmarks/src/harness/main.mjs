import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brokerKind, startBroker } from './broker.mjs'
import { describeMachine } from './machine.mjs'
import { pageOf, pictureOf } from './page.mjs'
import { resultsFolder } from './paths.mjs'
import { findPeers } from './peers.mjs'
import { startRealKafka } from './realKafka.mjs'
import { runRounds } from './rounds.mjs'
import { workloads } from './workloads.mjs'

/**
 * Runs workloads one after the other, and keeps each when it is done.
 *
 * @param {import('./arguments.mjs').Arguments} asked
 * @param {(message: string) => void} tell
 */
export async function runWorkloads(asked, tell) {
  const { names, peers: named, kafka, rounds, quiet, timeoutSeconds, drivers, flags: own } = asked
  for (const name of names) {
    const workload = /** @type {import('./workloads.mjs').Workload} */ (workloads[name])
    const labels = [
      ...(named ?? workload.peers),
      ...Object.keys(drivers).filter((outside) => !named?.includes(outside)),
    ]
    const peers = findPeers(labels, drivers, tell)
    const [brokers, flags] = [{ ...workload.brokers }, { ...workload.flags }]
    for (const [flag, value] of Object.entries(own)) (flag in shape ? brokers : flags)[flag] = value
    const machine = describeMachine()
    tell(`${name}: ${workload.what}`)
    const real = kafka === null ? null : await startRealKafka(kafka, brokers)
    try {
      const start = real?.broker ?? (() => startBroker(brokers))
      const results = await runRounds({ peers, flags, brokers, start, rounds, quiet, timeoutSeconds, tell })
      const { what } = workload
      const to = kafka === null ? `null broker in ${brokerKind}` : `Kafka ${kafka}, whose cores count among the others’`
      keep({ name, what, flags, brokers, peers: labels, kafka, rounds, quiet, to, machine, results })
    } finally {
      await real?.close()
    }
  }
}

/** Flags that are the brokers' as well. */
const shape = { brokers: '', partitions: '', 'latency-ms': '' }

/** @param {import('./page.mjs').Run} run */
function keep(run) {
  const page = pageOf(run)
  const picture = pictureOf(run)
  console.log(`\n${page}`)
  // A quick look on a fresh clone is not to replace a comparison.
  const alone = run.results.every(({ peer }) => /^posthorn\b/.test(peer))
  const name = run.kafka === null ? run.name : `${run.name}-kafka`
  const file = join(resultsFolder, alone ? `${name}-alone` : name)
  mkdirSync(resultsFolder, { recursive: true })
  writeFileSync(`${file}.md`, page)
  writeFileSync(`${file}.json`, `${JSON.stringify(run, null, 2)}\n`)
  if (picture !== null) writeFileSync(`${file}.svg`, picture)
}
