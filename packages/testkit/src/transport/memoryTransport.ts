import type { BrokerAddress, Connection, Plugin, Transport } from '@posthorn/contracts'
import type { Broker } from '../cluster/broker.ts'
import type { ClusterState } from '../cluster/clusterState.ts'
import { MemoryConnection } from './memoryConnection.ts'

/** How connections in memory behave. */
export interface MemoryTransportOptions {
  /** Whether bytes arrive cut at random places, as from a network. Default false: a chunk is what was sent. */
  readonly chunking?: boolean | undefined
  /** Bytes on their way above which `write` returns false. Default without limit. */
  readonly highWaterMark?: number | undefined
}

/**
 * A transport whose brokers are those of a cluster in this process. It knows them by the addresses of all listeners,
 * takes its time from the cluster's clock, and claims to be secure: its bytes never leave the process.
 */
export function memoryTransport(cluster: ClusterState, options: MemoryTransportOptions = {}): Plugin<Transport> {
  return () => ({
    name: 'memory',
    secure: true,
    async connect(to, sink, signal): Promise<Connection> {
      await passed(cluster, signal)
      const broker = find(cluster, to)
      if (broker === undefined) throw failure('ENOTFOUND', to)
      if (broker.status === 'stopped') {
        if (broker.silent) await aborted(signal)
        throw failure('ECONNREFUSED', to)
      }
      return new MemoryConnection(cluster, broker, sink, options)
    },
  })
}

function find(cluster: ClusterState, to: BrokerAddress): Broker | undefined {
  return cluster.brokers.find((broker) => {
    return [...broker.addresses.values()].some((at) => at.host === to.host && at.port === to.port)
  })
}

/** A round trip, which it takes to open a connection. */
function passed(cluster: ClusterState, signal: AbortSignal): Promise<void> {
  const { clock, latencyMs } = cluster.settings
  return new Promise((resolve, reject) => {
    const timer = clock.schedule(latencyMs() + latencyMs(), () => {
      signal.removeEventListener('abort', abort)
      resolve()
    })
    const abort = (): void => {
      timer.cancel()
      reject(signal.reason as Error)
    }
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })
}

function failure(code: string, to: BrokerAddress): Error {
  return Object.assign(new Error(`connect ${code} ${to.host}:${to.port}`), { code })
}
