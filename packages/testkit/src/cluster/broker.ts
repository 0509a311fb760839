import type { BrokerConnection } from '../connection/brokerConnection.ts'

/** A host and a port. */
export interface HostPort {
  readonly host: string
  readonly port: number
}

/** Name of a listener: clients in memory and clients over TCP are told different addresses. */
export type ListenerName = 'memory' | 'tcp'

/** Whether a broker runs. A paused one takes bytes and does nothing with them. */
export type BrokerStatus = 'running' | 'paused' | 'stopped'

/** A broker as the cluster knows it. */
export class Broker {
  readonly id: number
  /** Where clients reach it, by listener. */
  readonly addresses: Map<ListenerName, HostPort> = new Map()
  /** Open connections. */
  readonly connections: Set<BrokerConnection> = new Set()
  #status: BrokerStatus = 'running'
  #silent = false

  constructor(id: number) {
    this.id = id
    this.addresses.set('memory', { host: `broker-${id}`, port: 9092 })
  }

  /** What it is doing. */
  get status(): BrokerStatus {
    return this.#status
  }

  /** Whether other brokers count it in: a paused one has not been missed yet. */
  get alive(): boolean {
    return this.#status !== 'stopped'
  }

  /** Where clients of a listener are told to find it. */
  address(listener: ListenerName): HostPort {
    return this.addresses.get(listener) ?? this.addresses.get('memory')!
  }

  /** Takes bytes and does nothing with them until `resume`. */
  pause(): void {
    if (this.#status === 'running') this.#status = 'paused'
  }

  /** Goes on with what arrived meanwhile. */
  resume(): void {
    if (this.#status !== 'paused') return
    this.#status = 'running'
    for (const connection of [...this.connections]) connection.resume()
  }

  /** Whether it is stopped without anyone being told: packets to it get lost. */
  get silent(): boolean {
    return this.#silent
  }

  /**
   * Ends as a process that is killed: what it has read and not yet done is lost. A silent end is that of the whole
   * machine: connections are not closed, they only never bring anything again.
   */
  stop(silent: boolean): void {
    this.#status = 'stopped'
    this.#silent = silent
    for (const connection of [...this.connections]) {
      if (silent) connection.vanish()
      else connection.cut()
    }
  }

  /** Runs again. */
  start(): void {
    this.#status = 'running'
    this.#silent = false
  }
}
