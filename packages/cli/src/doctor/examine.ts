import type { BrokerAddress, Clock, Env, Plugin, SaslMechanism, Transport } from '@posthorn/contracts'
import { addressName } from '@posthorn/contracts'
import type { ProducerOptions } from 'posthorn'
import { type Context, examineAddress, type Instruments, type OpenSession } from './examineAddress.ts'
import { advertisedContext, examineCluster } from './examineCluster.ts'
import { examineTopic } from './examineTopic.ts'
import { explainMetadata } from './explainMetadata.ts'
import type { DoctorNetwork } from './network.ts'
import type { AdvertisedBroker, Report, Step } from './report.ts'
import { StepRunner } from './stepRunner.ts'
import { writeRecord } from './writeRecord.ts'

/** What is to be examined. */
export interface Examination {
  readonly bootstrapServers: readonly { readonly host: string; readonly port: number }[]
  readonly transport: Plugin<Transport>
  /** `null`: we say nothing of who we are. */
  readonly sasl: Plugin<SaslMechanism> | null
  readonly topic: string | null
  /** Whether to write a record to the topic. */
  readonly write: boolean
  /** For all of it. */
  readonly timeoutMs: number
  /** What a producer would be made with, for the record that is written. */
  readonly options: ProducerOptions
  readonly notices: readonly string[]
}

/** What the doctor has of the world. */
export interface DoctorParts {
  readonly clock: Clock
  readonly env: Env
  readonly network: DoctorNetwork
}

/** Examines a cluster from this machine, step by step; `onStep` hears of each as it ends. Never rejects. */
export async function examine(
  job: Examination,
  { clock, env, network }: DoctorParts,
  onStep: (step: Step) => void,
): Promise<Report> {
  const startedMs = clock.now()
  const runner = new StepRunner(clock, job.timeoutMs, onStep)
  const transport = job.transport(env)
  const mechanism = job.sasl?.(env) ?? null
  const instruments: Instruments = { runner, network, transport, mechanism, env }
  const opened: OpenSession[] = []
  const seen = new Set<string>()
  const go = async (address: BrokerAddress, context?: Context): Promise<OpenSession | null> => {
    const name = addressName(address)
    if (seen.has(name)) return null
    seen.add(name)
    const open = await examineAddress(address, instruments, context)
    if (open !== null) opened.push(open)
    return open
  }
  let cluster: { readonly clusterId: string | null; readonly brokers: readonly AdvertisedBroker[] } | null = null
  try {
    for (const [index, { host, port }] of job.bootstrapServers.entries()) {
      const address: BrokerAddress = { host, port, purpose: 'bootstrap', nodeId: -1 - index }
      const open = await go(address)
      if (open !== null) cluster ??= await examineCluster(open, runner, explainMetadata(instruments, address))
    }
    for (const broker of cluster?.brokers ?? []) {
      const { id, host, port } = broker
      await go({ host, port, purpose: 'broker', nodeId: id }, advertisedContext(broker))
    }
    const [open] = opened
    if (cluster !== null && open !== undefined && job.topic !== null) {
      const fine = await examineTopic(open, job.topic, runner)
      if (fine && job.write) await writeRecord(job.options, job.topic, runner)
    }
  } finally {
    for (const { session } of opened) session.close()
    transport.close?.()
  }
  return {
    ok: runner.steps.every(({ status }) => status !== 'failed'),
    ms: clock.now() - startedMs,
    clusterId: cluster?.clusterId ?? null,
    brokers: cluster?.brokers ?? [],
    steps: runner.steps,
    notices: job.notices,
  }
}
