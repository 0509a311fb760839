import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { BrokerProcess } from './broker.ts'
import { plainListener } from './listeners.ts'
import { fetchMetadata, fetchOldMetadata, type TopicInfo } from './metadata.ts'
import { type BrokerPlace, zooKeeperSessionMs } from './properties.ts'
import { awaitLeaders, createTopic, deleteTopic, describeOldTopic, describeTopic, type TopicOptions } from './topics.ts'
import { until } from './until.ts'
import type { ZooKeeper } from './zooKeeper.ts'

const readyTimeoutMs = 90_000

/** What a running cluster is made of; {@link KafkaCluster} takes care of it from then on. */
export interface ClusterParts {
  readonly version: string
  readonly dir: string
  readonly places: readonly BrokerPlace[]
  readonly jvmArguments: (place: BrokerPlace) => readonly string[]
  /** Whether the folder goes with the cluster. */
  readonly temporary: boolean
  /** Only of versions that need one. */
  readonly zooKeeper?: ZooKeeper | undefined
  readonly release: () => void
}

/** Where to find one broker of a cluster. */
export interface BrokerInfo {
  readonly id: number
  readonly port: number
  readonly running: boolean
}

/** A cluster of real brokers on 127.0.0.1. Brokers are named by their index, which is also their node id. */
export class KafkaCluster implements AsyncDisposable {
  readonly version: string
  readonly dir: string
  readonly bootstrapServers: string
  readonly #parts: ClusterParts
  readonly #processes: readonly BrokerProcess[]
  readonly #mayReturnAt = new Map<BrokerProcess, number>()

  constructor(parts: ClusterParts) {
    this.version = parts.version
    this.dir = parts.dir
    this.#parts = parts
    this.#processes = parts.places.map((place) => new BrokerProcess(place, parts.jvmArguments(place)))
    this.bootstrapServers = this.serversOf(plainListener.name)
  }

  /** The bootstrap servers of a listener, by its name. */
  serversOf(listener: string): string {
    return this.#processes.map((broker) => `127.0.0.1:${portOf(broker, listener)}`).join(',')
  }

  /** All brokers, those that are down included. */
  get brokers(): readonly BrokerInfo[] {
    return this.#processes.map((broker) => ({ id: broker.place.id, port: portOf(broker), running: broker.running }))
  }

  /** Starts all brokers and waits until each of them knows all others. */
  async startAll(): Promise<void> {
    await this.#parts.zooKeeper?.start()
    for (const broker of this.#processes) broker.spawn()
    await this.#settled(this.#processes)
  }

  /** Starts a broker that is down, on its old port with its old data; waits until all that run know it. */
  async start(index: number): Promise<void> {
    const broker = this.#broker(index)
    // ZooKeeper refuses a broker whose old session has not run out yet.
    await sleep(Math.max(0, (this.#mayReturnAt.get(broker) ?? 0) - performance.now()))
    broker.spawn()
    await this.#settled([broker])
  }

  /** Ends a broker by SIGKILL: no goodbye to clients or controller, nothing flushed. */
  async kill(index: number): Promise<void> {
    const broker = this.#broker(index)
    await broker.end('SIGKILL')
    if (this.#parts.zooKeeper) this.#mayReturnAt.set(broker, performance.now() + 1.5 * zooKeeperSessionMs)
  }

  /** Ends a broker in order: it moves its leaderships away first. */
  async stop(index: number): Promise<void> {
    await this.#broker(index).end('SIGTERM')
  }

  /** Freezes a broker by SIGSTOP: its connections stay open and silent. */
  pause(index: number): void {
    this.#broker(index).signal('SIGSTOP')
  }

  /** Lets a frozen broker go on. */
  resume(index: number): void {
    this.#broker(index).signal('SIGCONT')
  }

  /** Creates a topic and waits for its leaders. */
  async createTopic(name: string, options: TopicOptions = {}): Promise<TopicInfo> {
    const { zooKeeper } = this.#parts
    if (!zooKeeper) return createTopic(this.#runningServers(), name, options)
    await zooKeeper.createTopic(name, options)
    return awaitLeaders(this.#runningServers(), name, options.partitions ?? 1, fetchOldMetadata)
  }

  /** Deletes a topic. */
  deleteTopic(name: string): Promise<void> {
    return this.#parts.zooKeeper?.deleteTopic(name) ?? deleteTopic(this.#runningServers(), name)
  }

  /** Leaders, replicas and in-sync replicas of a topic. */
  describeTopic(name: string): Promise<TopicInfo | undefined> {
    const describe = this.#parts.zooKeeper ? describeOldTopic : describeTopic
    return describe(this.#runningServers(), name)
  }

  /** Kills all brokers and removes the cluster's temporary folder; a second call does nothing more. */
  async close(): Promise<void> {
    await Promise.all(this.#processes.map((broker) => broker.end('SIGKILL')))
    await this.#parts.zooKeeper?.close()
    if (this.#parts.temporary) await rm(this.dir, { recursive: true, force: true })
    this.#parts.release()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** Kills all brokers without waiting; only for the moment in which this process ends. */
  killNow(): void {
    for (const broker of this.#processes) broker.killNow()
    this.#parts.zooKeeper?.killNow()
  }

  #broker(index: number): BrokerProcess {
    const broker = this.#processes[index]
    if (!broker) throw new RangeError(`no broker ${index}; there are ${this.#processes.length}, counted from 0`)
    return broker
  }

  #runningServers(): string {
    const running = this.brokers.filter((broker) => broker.running)
    return running.map(({ port }) => `127.0.0.1:${port}`).join(',')
  }

  async #settled(started: readonly BrokerProcess[]): Promise<void> {
    const ask = this.#parts.zooKeeper ? fetchOldMetadata : fetchMetadata
    const known = async (): Promise<boolean> => {
      const running = this.brokers.filter((broker) => broker.running)
      if (!started.every((broker) => broker.running)) return false
      const views = await Promise.all(running.map(({ port }) => ask(port)))
      return views.every(({ brokers }) => started.every(({ place }) => brokers.includes(place.id)))
    }
    const check = (): void => {
      const ended = started.find((broker) => !broker.running)
      if (ended) throw new Error(`a broker ended while starting\n${ended.logTail()}`)
    }
    await until(known, { what: 'the start of Kafka', timeoutMs: readyTimeoutMs, check }).catch((cause: unknown) => {
      throw new Error(started.map((broker) => broker.logTail()).join('\n'), { cause })
    })
  }
}

function portOf(broker: BrokerProcess, listener: string = plainListener.name): number {
  const port = broker.place.ports[listener]
  if (port === undefined) throw new RangeError(`there is no listener ${listener}`)
  return port
}
