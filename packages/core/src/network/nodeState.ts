import type { BrokerAddress } from '@posthorn/contracts'
import { backoffMs } from '../time/backoff.ts'
import type { BrokerConnection } from './brokerConnection.ts'

/** Settings that reconnecting goes by; see the keys of the same names. */
export interface ReconnectSettings {
  readonly reconnectBackoffMs: number
  readonly reconnectBackoffMaxMs: number
  readonly socketConnectionSetupTimeoutMs: number
  readonly socketConnectionSetupTimeoutMaxMs: number
}

/** One broker as the client knows it: where it is, its connection if there is one, and how attempts have fared. */
export class NodeState {
  readonly address: BrokerAddress
  connection: BrokerConnection | null = null
  /** When the last attempt began; `-Infinity` before the first. */
  lastAttemptMs: number = Number.NEGATIVE_INFINITY
  /** No requests before this time, because the broker said so (KIP-219). */
  throttledUntilMs = 0
  private retryAtMs = 0
  private failures = 0
  private setupFailures = 0
  private toldVersions = false
  private silent = false
  private setupTimeout: number
  private readonly settings: ReconnectSettings
  private readonly random: () => number

  constructor(address: BrokerAddress, settings: ReconnectSettings, random: () => number) {
    this.address = address
    this.settings = settings
    this.random = random
    this.setupTimeout = settings.socketConnectionSetupTimeoutMs
  }

  /** Limit for setting up the present attempt, ms (KIP-601). */
  get setupTimeoutMs(): number {
    return this.setupTimeout
  }

  /** Whether a connection may be opened now. */
  mayConnect(now: number): boolean {
    return this.connection === null && now >= this.retryAtMs
  }

  /** When a connection may be opened; 0 for at once. */
  get retryAt(): number {
    return this.retryAtMs
  }

  /**
   * True for a broker that did not answer when it was asked for its versions and has never told them, as those before
   * Kafka 0.10 never do. One that has told them once was only busy or about to end. It is asked anew after it could not
   * be reached: it may have been replaced by a newer one.
   */
  get seemsOld(): boolean {
    return this.silent && !this.toldVersions
  }

  /** The same broker was known under another id, as a bootstrap address is: what was learnt of it holds on. */
  inherit({ silent, toldVersions }: NodeState): void {
    this.silent = silent
    this.toldVersions = toldVersions
  }

  /** An attempt begins. */
  onAttempt(connection: BrokerConnection, now: number): void {
    this.connection = connection
    this.lastAttemptMs = now
    const { socketConnectionSetupTimeoutMs: first, socketConnectionSetupTimeoutMaxMs: max } = this.settings
    this.setupTimeout = this.setupFailures === 0 ? first : backoffMs(first, max, this.setupFailures, this.random)
  }

  /** The connection takes requests: what went wrong before is forgotten (CON-02). */
  onReady({ unasked }: BrokerConnection): void {
    if (!unasked) this.toldVersions = true
    this.failures = 0
    this.setupFailures = 0
  }

  /** The connection or the attempt ended. */
  onEnd({ unanswered }: BrokerConnection, now: number, timedOutInSetup: boolean, wasReady: boolean): void {
    if (!wasReady) this.silent = unanswered
    const { reconnectBackoffMs: first, reconnectBackoffMaxMs: max } = this.settings
    this.connection = null
    this.throttledUntilMs = 0
    this.retryAtMs = now + backoffMs(first, max, this.failures++, this.random)
    this.setupFailures = timedOutInSetup ? this.setupFailures + 1 : 0
  }
}
