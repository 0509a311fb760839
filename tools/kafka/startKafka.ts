import { classDataFlags } from './classData.ts'
import type { KafkaCluster } from './cluster.ts'
import type { JavaTool } from './javaTool.ts'
import { launch } from './launch.ts'
import type { Listener } from './listeners.ts'
import type { BrokerConfig } from './properties.ts'
import { atLeast, defaultVersion, fullVersion, needsZooKeeper } from './versions.ts'

/** What cluster to start. */
export interface KafkaOptions {
  /** A Kafka version such as `4.4.0`, or in short `3.9`. Default: the newest. */
  readonly version?: string
  /** How many brokers; default 1. With three or more, three of them are controllers too. */
  readonly brokers?: number
  /** Broker properties, which win over those set here. */
  readonly config?: Readonly<Record<string, string>>
  /** Broker properties of one broker alone, which win over `config`. */
  readonly brokerConfig?: BrokerConfig
  /** Listeners beside PLAINTEXT, each on a port of its own: `cluster.serversOf(name)`. From 3.5 on. */
  readonly listeners?: readonly Listener[]
  /** A Java program of ours whose classes the brokers find, such as a reporter. Default: none. */
  readonly plugin?: JavaTool
  /** Where to keep data and logs, which then stay after `close`. Default: a temporary folder. */
  readonly dir?: string
  /** Let the JVM optimise fully: slower to start, faster once warm. For benchmarks; default false. */
  readonly fullJit?: boolean
}

/** Starts real Apache Kafka (PLAINTEXT; KRaft, before 3.5 with a ZooKeeper) on free ports of 127.0.0.1 and waits until it is ready. */
export async function startKafka(options: KafkaOptions = {}): Promise<KafkaCluster> {
  const { brokers = 1, config = {}, brokerConfig, listeners = [], plugin, dir, fullJit = false } = options
  const version = fullVersion(options.version ?? defaultVersion)
  if (!Number.isInteger(brokers) || brokers < 1 || brokers > 9) {
    throw new RangeError(`brokers is ${brokers}; expected a whole number from 1 to 9`)
  }
  if (listeners.length > 0 && needsZooKeeper(version)) throw new Error(`Kafka ${version} has PLAINTEXT alone here`)
  if (!atLeast(version, 0, 9)) throw new Error(`Kafka ${version} is too old; expected 0.9.0.1 or newer`)
  const jvmFlags = ['-Xmx512m', '-Djava.awt.headless=true', ...(fullJit ? [] : ['-XX:TieredStopAtLevel=1'])]
  const archive = await classDataFlags(version, jvmFlags)
  return launch({ version, brokers, config, brokerConfig, listeners, plugin, dir, jvmFlags: [...jvmFlags, ...archive] })
}
