import { mkdir, writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { BrokerProcess } from './broker.ts'
import { jdkProgram } from './java.ts'
import { runOrThrow } from './run.ts'
import type { TopicOptions } from './topics.ts'
import { until } from './until.ts'

const readyTimeoutMs = 30_000
const toolTimeoutMs = 30_000

/** What a ZooKeeper and its tools are started with. */
export interface ZooKeeperParts {
  readonly dir: string
  readonly port: number
  /** Our guard, then Kafka, whose jars hold ZooKeeper. */
  readonly classPath: string
  readonly loggingFlag: string
}

/** The ZooKeeper of a cluster of old brokers: one process on 127.0.0.1, ended like a broker. */
export class ZooKeeper {
  readonly #process: BrokerProcess
  readonly #parts: ZooKeeperParts

  constructor(parts: ZooKeeperParts) {
    this.#parts = parts
    // It would show its logger over JMX by classes that the logger's successor no longer has.
    const quiet = '-Dzookeeper.jmx.log4j.disable=true'
    const flags = [...jvmFlags, '-Xmx256m', quiet, parts.loggingFlag, '-cp', parts.classPath]
    const main = ['Guard', 'org.apache.zookeeper.server.quorum.QuorumPeerMain']
    const place = { id: -1, home: join(parts.dir, 'zookeeper'), ports: {} }
    this.#process = new BrokerProcess(place, [...flags, ...main], 'ZooKeeper')
  }

  /** Starts it and waits until it takes connections. */
  async start(): Promise<void> {
    const { home } = this.#process.place
    const { port } = this.#parts
    const properties = {
      dataDir: `${home}/data`,
      clientPort: port,
      clientPortAddress: '127.0.0.1',
      maxClientCnxns: 0,
      tickTime: 1000,
    }
    await mkdir(home, { recursive: true })
    const lines = Object.entries(properties).map(([key, value]) => `${key}=${value}\n`)
    await writeFile(join(home, 'server.properties'), lines.join(''))
    this.#process.spawn()
    const check = (): void => {
      if (!this.#process.running) throw new Error(`ZooKeeper ended while starting\n${this.#process.logTail()}`)
    }
    await until(() => listens(port), { what: 'the start of ZooKeeper', timeoutMs: readyTimeoutMs, check })
  }

  /** Creates a topic by Kafka's own tool: brokers before 0.10.1 have no request for that. */
  async createTopic(name: string, { partitions = 1, replicationFactor = 1, config = {} }: TopicOptions): Promise<void> {
    const settings = Object.entries(config).flatMap(([key, value]) => ['--config', `${key}=${value}`])
    const size = ['--partitions', String(partitions), '--replication-factor', String(replicationFactor)]
    await this.#topicTool(['--create', '--topic', name, ...size, ...settings])
  }

  /** Deletes a topic; it is gone some time later. */
  async deleteTopic(name: string): Promise<void> {
    await this.#topicTool(['--delete', '--topic', name])
  }

  /** Ends the process. */
  async close(): Promise<void> {
    await this.#process.end('SIGKILL')
  }

  /** Ends the process without waiting, for the moment in which our own process ends. */
  killNow(): void {
    this.#process.killNow()
  }

  async #topicTool(args: readonly string[]): Promise<void> {
    const { classPath, loggingFlag, port } = this.#parts
    const tool = ['-cp', classPath, 'kafka.admin.TopicCommand', '--zookeeper', `127.0.0.1:${port}`]
    await runOrThrow(jdkProgram('java'), [...jvmFlags, loggingFlag, ...tool, ...args], { timeoutMs: toolTimeoutMs })
  }
}

const jvmFlags = ['-XX:TieredStopAtLevel=1', '-Djava.awt.headless=true']

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port })
    const end = (open: boolean): void => {
      socket.destroy()
      resolve(open)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
  })
}
