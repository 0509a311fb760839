import { ConnectionError, type KafkaError } from '@posthorn/contracts'

/**
 * Gives up when none of the bootstrap names could be resolved for `bootstrap.resolve.timeout.ms` (KIP-909, CON-16). Names
 * are resolved by the transport with each attempt to connect, so attempts go on in the background until then.
 */
export class BootstrapResolution {
  private readonly servers: number
  private readonly timeoutMs: number
  private readonly unresolved = new Set<number>()
  private sinceMs: number | null = null
  private settled = false

  /** `servers`: number of bootstrap addresses. `timeoutMs`: 0 for no limit. */
  constructor(servers: number, timeoutMs: number) {
    this.servers = servers
    this.timeoutMs = timeoutMs
  }

  /** A connection is there, so a name stood for something: from here on nothing is given up. */
  onConnect(): void {
    this.settled = true
  }

  /** An attempt at a bootstrap address failed. Returns the error with which the producer ends, `null` while it goes on. */
  onFailure(nodeId: number, error: KafkaError, nowMs: number): KafkaError | null {
    if (this.settled || this.timeoutMs === 0) return null
    if (error.code !== 'NAME_NOT_RESOLVED') {
      this.settled = true
      return null
    }
    this.unresolved.add(nodeId)
    this.sinceMs ??= nowMs
    if (this.unresolved.size < this.servers || nowMs - this.sinceMs < this.timeoutMs) return null
    this.settled = true
    const message = `no name in bootstrapServers could be resolved within ${this.timeoutMs} ms (bootstrapResolveTimeoutMs)`
    return new ConnectionError('BOOTSTRAP_RESOLUTION_FAILED', message, { severity: 'fatal', cause: error })
  }
}
