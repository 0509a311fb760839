import { KafkaError } from '@posthorn/contracts'
import type { Stage } from '../stage.ts'
import type { Ledger } from './ledger.ts'
import type { Workload } from './workload.ts'

/** Attempts at one partition, a second or more apart. */
const ATTEMPTS = 20

/**
 * Once the world is in order again, every partition takes records again, whatever happened to it; after `triggerMs` at
 * the latest, where a back-off of nothing lets a client try addresses that are wrong without a pause (RBS-01, RBS-03).
 */
export async function recovers(workload: Workload, stage: Stage, ledger: Ledger, triggerMs: number): Promise<void> {
  const untilMs = stage.clock.now() + triggerMs
  for (const topic of stage.topics) {
    for (let partition = 0; partition < stage.partitions(topic); partition++) {
      if (await takesOne(workload, stage, topic, partition, untilMs)) continue
      const last = ledger.entries.at(-1)?.toldError
      // It says itself that nothing but another producer helps.
      if (last instanceof KafkaError && last.severity === 'fatal') return
      ledger.note(`${topic}-${partition} takes no records any more: ${String(last)}`)
    }
  }
}

async function takesOne(
  workload: Workload,
  stage: Stage,
  topic: string,
  partition: number,
  untilMs: number,
): Promise<boolean> {
  for (let attempt = 0; attempt < ATTEMPTS || stage.clock.now() < untilMs; attempt++) {
    const stored = await stage.clock.runUntil(workload.sendTo(topic, partition))
    if (stored) return true
    await stage.clock.advance(1000)
  }
  return false
}
