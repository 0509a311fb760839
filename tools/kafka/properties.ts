import { allListeners, clientListeners, controllerListener, type Listener, plainListener } from './listeners.ts'
import { atLeast, needsZooKeeper } from './versions.ts'

/** Where one broker lives: its node id, its folder, and a port for each row of the listener table. */
export interface BrokerPlace {
  readonly id: number
  readonly home: string
  readonly ports: Readonly<Record<string, number>>
}

/** What one broker shall have of its own, given what it would have without: the way to listeners beyond the table's. */
export type BrokerConfig = (
  place: BrokerPlace,
  properties: Readonly<Record<string, string>>,
) => Readonly<Record<string, string>>

/** What the properties of a whole cluster depend on. */
export interface ClusterPlan {
  readonly version: string
  readonly places: readonly BrokerPlace[]
  readonly config: Readonly<Record<string, string>>
  readonly brokerConfig?: BrokerConfig | undefined
  /** Listeners beside the one that every cluster has. */
  readonly listeners: readonly Listener[]
  /** Where ZooKeeper listens, for versions that need one. */
  readonly zooKeeperPort?: number | undefined
}

/** The `server.properties` of one broker; the user's configuration wins over everything set here. */
export function serverProperties(plan: ClusterPlan, place: BrokerPlace): string {
  const members = needsZooKeeper(plan.version)
    ? zooKeeperMember(plan, place)
    : { ...network(plan, place), ...quorum(plan, place) }
  const all: Record<string, string> = { ...limits(), ...replication(plan), ...members, ...plan.config }
  return Object.entries({ ...all, ...plan.brokerConfig?.(place, all) })
    .map(([key, value]) => `${key}=${value.replaceAll('\\', '\\\\')}\n`)
    .join('')
}

/** The brokers that are controllers too: three if there are three, so that any one of them may fail. */
function controllers(places: readonly BrokerPlace[]): readonly BrokerPlace[] {
  return places.slice(0, places.length >= 3 ? 3 : 1)
}

function limits(): Record<string, string> {
  return {
    'num.network.threads': '2',
    'num.io.threads': '4',
    'background.threads': '2',
    'log.cleaner.dedupe.buffer.size': String(16 * 1024 * 1024),
    'group.initial.rebalance.delay.ms': '0',
  }
}

function replication({ places, version }: ClusterPlan): Record<string, string> {
  const factor = String(Math.min(3, places.length))
  const inSync = String(Math.min(2, Math.max(1, places.length - 1)))
  return {
    'default.replication.factor': factor,
    'offsets.topic.replication.factor': factor,
    'offsets.topic.num.partitions': '5',
    'transaction.state.log.replication.factor': factor,
    'transaction.state.log.min.isr': inSync,
    'transaction.state.log.num.partitions': '5',
    ...(atLeast(version, 4, 1) && {
      'share.coordinator.state.topic.replication.factor': factor,
      'share.coordinator.state.topic.min.isr': inSync,
      'share.coordinator.state.topic.num.partitions': '5',
    }),
  }
}

function network({ listeners }: ClusterPlan, { home, ports }: BrokerPlace): Record<string, string> {
  const all = allListeners(listeners)
  const urls = clientListeners(listeners)
    .map(({ name }) => `${name}://127.0.0.1:${ports[name]}`)
    .join(',')
  return {
    'log.dirs': `${home}/data`,
    'advertised.listeners': urls,
    'inter.broker.listener.name': plainListener.name,
    'controller.listener.names': controllerListener.name,
    'listener.security.protocol.map': all.map(({ name, protocol }) => `${name}:${protocol}`).join(','),
    ...Object.fromEntries(all.flatMap(({ properties = {} }) => Object.entries(properties))),
  }
}

function quorum({ places, listeners }: ClusterPlan, place: BrokerPlace): Record<string, string> {
  const voters = controllers(places)
  const own = voters.includes(place) ? allListeners(listeners) : clientListeners(listeners)
  return {
    'node.id': String(place.id),
    'process.roles': voters.includes(place) ? 'broker,controller' : 'broker',
    listeners: own.map(({ name }) => `${name}://127.0.0.1:${place.ports[name]}`).join(','),
    'controller.quorum.voters': voters
      .map(({ id, ports }) => `${id}@127.0.0.1:${ports[controllerListener.name]}`)
      .join(','),
    // Kafka's defaults are for wide networks; tests wait for every one of these after a broker is killed.
    'controller.quorum.election.timeout.ms': '500',
    'controller.quorum.election.backoff.max.ms': '500',
    'broker.heartbeat.interval.ms': '500',
    'broker.session.timeout.ms': '3000',
  }
}

/** A broker from the time before named listeners and KRaft. */
function zooKeeperMember(
  { places, zooKeeperPort }: ClusterPlan,
  { id, home, ports }: BrokerPlace,
): Record<string, string> {
  const url = `${plainListener.name}://127.0.0.1:${ports[plainListener.name]}`
  return {
    'log.dirs': `${home}/data`,
    'broker.id': String(id),
    listeners: url,
    'advertised.listeners': url,
    'zookeeper.connect': `127.0.0.1:${zooKeeperPort}`,
    'zookeeper.session.timeout.ms': String(zooKeeperSessionMs),
    'delete.topic.enable': 'true',
    // Alone, a broker that stops would ask in vain for somebody to take over.
    'controlled.shutdown.enable': String(places.length > 1),
  }
}

/** After this time ZooKeeper forgets a broker that was killed; before it, the broker may not come back. */
export const zooKeeperSessionMs = 3_000
