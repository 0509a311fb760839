import type { TestProject } from 'vitest/node'
import { missingForKafka } from './requirements.ts'
import { startKafka } from './startKafka.ts'

/** What every test process learns about the cluster of this run: where it is, or why there is none. */
export type SharedKafka = { readonly bootstrapServers: string; readonly version: string } | { readonly missing: string }

declare module 'vitest' {
  interface ProvidedContext {
    kafka: SharedKafka
  }
}

/** Starts one broker for all `*.kafka.test.ts` of a run; POSTHORN_KAFKA_VERSION chooses another version. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const missing = missingForKafka()
  if (missing) {
    console.warn(`tests on real Kafka are skipped: ${missing}`)
    project.provide('kafka', { missing })
    return undefined
  }
  const version = process.env['POSTHORN_KAFKA_VERSION']
  const cluster = await startKafka(version ? { version } : {})
  project.provide('kafka', { bootstrapServers: cluster.bootstrapServers, version: cluster.version })
  return () => cluster.close()
}
