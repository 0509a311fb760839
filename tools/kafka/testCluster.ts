import { describe, inject, type SuiteAPI } from 'vitest'
import type { SharedKafka } from './globalSetup.ts'
import { missingForKcat } from './requirements.ts'
import { createTopic, type TopicOptions } from './topics.ts'

const shared = inject('kafka') as SharedKafka | undefined
if (!shared) throw new Error('tools/kafka/globalSetup.ts is missing among the globalSetup files of this vitest project')
let topics = 0

/** Why there is no real Kafka in this run, or undefined if there is. */
const missing: string | undefined = 'missing' in shared ? shared.missing : undefined

/** The bootstrap servers of the cluster that all test files of this run share; empty if there is none. */
export const bootstrapServers: string = 'missing' in shared ? '' : shared.bootstrapServers

/** `describe` for suites that need real Kafka: skipped where it cannot run. */
export const describeKafka: SuiteAPI | SuiteAPI['skip'] = missing ? describe.skip : describe

/** `describe` for suites that need kcat too. */
export const describeKcat: SuiteAPI | SuiteAPI['skip'] = (missing ?? missingForKcat()) ? describe.skip : describe

/** A topic of its own on the shared cluster, ready to be written; returns its name. */
export async function freshTopic(label: string, options?: TopicOptions): Promise<string> {
  const name = `${label}-${process.pid}-${Date.now().toString(36)}-${++topics}`
  await createTopic(bootstrapServers, name, options)
  return name
}
