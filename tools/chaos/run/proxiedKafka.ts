import type { KafkaCluster } from '../../kafka/cluster.ts'
import { reservePorts } from '../../kafka/ports.ts'
import { startKafka } from '../../kafka/startKafka.ts'
import { FaultProxy } from '../proxy/proxy.ts'

/** A cluster and, before each of its brokers, a proxy. */
export interface ProxiedKafka {
  readonly cluster: KafkaCluster
  readonly proxies: readonly FaultProxy[]
  /** Leads to the proxies; brokers and judges go past them. */
  readonly proxiedServers: string
  close(): Promise<void>
}

/**
 * Starts brokers that have one listener more than usual. They advertise it under the port of a proxy, so that whoever
 * comes through a proxy is sent to proxies only.
 */
export async function startProxiedKafka(options: {
  readonly version: string
  readonly brokers: number
}): Promise<ProxiedKafka> {
  const { brokers, version } = options
  const reserved = await reservePorts(2 * brokers)
  const places = Array.from({ length: brokers }, (_, id) => ({
    listens: reserved.ports[2 * id] ?? 0,
    broker: reserved.ports[2 * id + 1] ?? 0,
  }))
  const proxies = places.map((place) => new FaultProxy(place))
  const opened = await Promise.all(proxies.map((proxy) => proxy.listen()))
    .then(() =>
      startKafka({
        version,
        brokers,
        config: { 'min.insync.replicas': String(Math.max(1, brokers - 1)) },
        brokerConfig: ({ id }, properties) => ({
          listeners: `${properties['listeners']},PROXIED://127.0.0.1:${places[id]?.broker}`,
          'advertised.listeners': `${properties['advertised.listeners']},PROXIED://127.0.0.1:${places[id]?.listens}`,
          'listener.security.protocol.map': `${properties['listener.security.protocol.map']},PROXIED:PLAINTEXT`,
        }),
      }),
    )
    .catch(async (error: unknown) => {
      await Promise.all(proxies.map((proxy) => proxy.close()))
      reserved.release()
      throw error
    })
  return {
    cluster: opened,
    proxies,
    proxiedServers: places.map(({ listens }) => `127.0.0.1:${listens}`).join(','),
    async close() {
      await Promise.all(proxies.map((proxy) => proxy.close()))
      await opened.close()
      reserved.release()
    },
  }
}
