import type { ProducerServices } from '@posthorn/contracts'
import { getTelemetrySubscriptions } from '@posthorn/protocol'

/** Which broker telemetry goes to: always the same, as long as it takes requests (TEL-02). */
export class Brokers {
  private readonly connected = new Set<number>()
  private sticky: number | null = null

  onConnect(nodeId: number): void {
    // A bootstrap address is a broker that has no name yet; its connection goes soon.
    if (nodeId >= 0) this.connected.add(nodeId)
  }

  onDisconnect(nodeId: number): void {
    this.connected.delete(nodeId)
  }

  /** A connected broker that takes telemetry; `null` for none. */
  choose(services: ProducerServices): number | null {
    const takes = (nodeId: number): boolean =>
      this.connected.has(nodeId) && services.maxVersion(getTelemetrySubscriptions.key, nodeId) !== null
    if (this.sticky !== null && takes(this.sticky)) return this.sticky
    this.sticky = [...this.connected].find(takes) ?? null
    return this.sticky
  }

  /** The broker did not take a request, or did not answer it: any other goes first. */
  giveUp(): void {
    if (this.sticky !== null && this.connected.delete(this.sticky)) this.connected.add(this.sticky)
    this.sticky = null
  }
}
