import { rmSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onProcessEnd } from './cleanup.ts'
import { KafkaCluster } from './cluster.ts'
import { kafkaClassPath } from './jars.ts'
import { type JavaTool, javaToolJar } from './javaTool.ts'
import { allListeners, type Listener } from './listeners.ts'
import { loggingFlag } from './logging.ts'
import { reservePorts } from './ports.ts'
import { type BrokerConfig, serverProperties } from './properties.ts'
import { formatStorage, kafkaUuid } from './storage.ts'
import { temporaryFolder } from './temporary.ts'
import { needsZooKeeper } from './versions.ts'
import { ZooKeeper } from './zooKeeper.ts'

/** Everything that makes one cluster different from another. */
export interface LaunchOptions {
  readonly version: string
  readonly brokers: number
  readonly config: Readonly<Record<string, string>>
  readonly brokerConfig?: BrokerConfig | undefined
  readonly listeners: readonly Listener[]
  readonly plugin?: JavaTool | undefined
  readonly dir: string | undefined
  readonly jvmFlags: readonly string[]
}

/** The class path of a broker: our guard, then Kafka. */
export async function brokerClassPath(version: string): Promise<string> {
  const kafka = await kafkaClassPath(version)
  return `${await javaToolJar('java', version, kafka)}:${kafka}`
}

/** Lays out a cluster's files and starts its brokers. */
export async function launch(options: LaunchOptions): Promise<KafkaCluster> {
  const { version, brokers, config, brokerConfig, listeners, jvmFlags } = options
  const all = allListeners(listeners)
  const classPath = await brokerClassPath(version)
  const plugin = options.plugin === undefined ? '' : `:${await javaToolJar(options.plugin, version, classPath)}`
  const clusterId = kafkaUuid()
  const withZooKeeper = needsZooKeeper(version)
  const reserved = await reservePorts(brokers * all.length + (withZooKeeper ? 1 : 0))
  const zooKeeperPort = withZooKeeper ? reserved.ports.at(-1) : undefined
  const dir = options.dir ?? (await temporaryFolder())
  const places = Array.from({ length: brokers }, (_, id) => ({
    id,
    home: join(dir, `broker-${id}`),
    ports: Object.fromEntries(all.map(({ name }, index) => [name, reserved.ports[id * all.length + index] ?? 0])),
  }))
  const temporary = options.dir === undefined
  await mkdir(dir, { recursive: true })
  const logging = await loggingFlag(version, dir)
  // Behind the rest: a class-data archive fits a class path that begins as its own.
  const flags = [...jvmFlags, logging, '-cp', classPath + plugin, 'Guard', 'kafka.Kafka']
  const jvmArguments = (): string[] => flags
  const zooKeeper =
    zooKeeperPort === undefined
      ? undefined
      : new ZooKeeper({ dir, port: zooKeeperPort, classPath, loggingFlag: logging })
  const parts = { version, dir, places, temporary, jvmArguments, zooKeeper }
  let forget = (): void => {}
  const release = (): void => {
    forget()
    reserved.release()
  }
  const cluster = new KafkaCluster({ ...parts, release })
  forget = onProcessEnd(() => {
    cluster.killNow()
    reserved.release()
    if (temporary) rmSync(dir, { recursive: true, force: true, maxRetries: 3 })
  })
  try {
    for (const place of places) {
      await mkdir(place.home, { recursive: true })
      const plan = { version, places, config, brokerConfig, listeners, zooKeeperPort }
      await writeFile(join(place.home, 'server.properties'), serverProperties(plan, place))
      if (!withZooKeeper) await formatStorage(place, { version, classPath, clusterId })
    }
    await cluster.startAll()
    return cluster
  } catch (error) {
    await cluster.close()
    throw error
  }
}
