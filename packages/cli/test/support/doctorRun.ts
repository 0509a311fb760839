import { noopLogger, type Plugin, type SaslMechanism, type Transport } from '@posthorn/contracts'
import { systemClock } from '@posthorn/core'
import type { Cluster } from '@posthorn/testkit'
import { tcp } from 'posthorn'
import { doctor } from '../../src/doctor/doctor.ts'
import type { Examination } from '../../src/doctor/examine.ts'
import { type DoctorNetwork, systemNetwork } from '../../src/doctor/network.ts'
import { FakeIo } from './fakeIo.ts'

/** What a run of the doctor printed, and its exit code. */
export interface DoctorRun {
  readonly code: number
  /** With times masked. */
  readonly out: string
  readonly errors: string
}

/** How a test changes the run. */
export interface DoctorSetup extends Partial<Omit<Examination, 'bootstrapServers'>> {
  readonly json?: boolean
  /** Addresses to begin with. Default: all brokers. */
  readonly bootstrap?: readonly string[]
  readonly network?: Partial<DoctorNetwork>
  readonly transport?: Plugin<Transport>
  readonly sasl?: Plugin<SaslMechanism>
}

/** A network on which every name has an address and every port is open. */
const openNetwork: DoctorNetwork = {
  lookup: () => Promise.resolve(['10.0.0.1']),
  knock: () => Promise.resolve(),
  peek: () => Promise.resolve('closed'),
}

/** An error as Node's network gives it. */
export function systemError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}

/** Runs the doctor against a cluster in memory. */
export function examineCluster(cluster: Cluster, setup: DoctorSetup = {}): Promise<DoctorRun> {
  const transport = setup.transport ?? cluster.transport()
  const network = { ...openNetwork, ...setup.network }
  return runDoctor(setup.bootstrap ?? cluster.bootstrapServers, { ...setup, transport, network })
}

/** Runs the doctor on the system's network. */
export async function runDoctor(bootstrapServers: readonly string[], setup: DoctorSetup = {}): Promise<DoctorRun> {
  const { json = false, network, ...rest } = setup
  const transport = rest.transport ?? tcp()
  const io = new FakeIo()
  const job = {
    sasl: null,
    topic: null,
    write: false,
    timeoutMs: 20_000,
    notices: [],
    options: { bootstrapServers, transport, random: () => 0, ...(rest.sasl !== undefined && { sasl: rest.sasl }) },
    ...rest,
    transport,
    bootstrapServers: bootstrapServers.map(hostPort),
    json,
  }
  const env = { clock: systemClock, random: () => 0.5, logger: noopLogger, clientId: 'doctor' }
  const code = await doctor(job, { clock: systemClock, env, network: { ...systemNetwork, ...network } }, io)
  return { code, out: masked(io.stdout.text), errors: io.stderr.text }
}

function hostPort(address: string): { host: string; port: number } {
  const at = address.lastIndexOf(':')
  return { host: address.slice(0, at), port: Number(address.slice(at + 1)) }
}

/** Times differ, and ports that the system chose: both have to go before outputs can be compared. */
function masked(text: string): string {
  return text
    .replaceAll(/ *\d+\.\d ms(?= |$)/gm, (time) => '#'.padStart(time.length - 3) + ' ms')
    .replaceAll(/in \d+\.\d\d s/g, 'in # s')
    .replaceAll(/within \d+\.\d s/g, 'within # s')
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:#')
    .replaceAll(/localhost:\d+/g, 'localhost:#')
}
