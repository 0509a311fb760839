import { produce } from '@posthorn/protocol'
import type { RecordAccumulator } from '../accumulator/accumulator.ts'
import type { NodeQueue } from '../accumulator/nodeQueue.ts'
import type { Metadata } from '../metadata/metadata.ts'
import type { MetadataUpdater } from '../metadata/metadataUpdater.ts'
import type { ProducerMetrics } from '../metrics/producerMetrics.ts'
import type { NetworkClient } from '../network/networkClient.ts'
import type { BatchCompletion } from './batchCompletion.ts'
import type { ControlRequests } from './controlRequests.ts'
import type { DrainParts } from './drain.ts'
import { drain } from './drain.ts'
import type { ProduceExchange } from './produceExchange.ts'

/** What the sender needs. */
export interface SenderParts extends DrainParts {
  readonly accumulator: RecordAccumulator
  readonly client: NetworkClient
  readonly metadata: Metadata
  readonly updater: MetadataUpdater
  readonly completion: BatchCompletion
  readonly exchange: ProduceExchange
  readonly metrics: ProducerMetrics
  readonly requests: ControlRequests
  /** Ends waits in `send` whose time is over; returns when it has to look again. */
  expireWaiting(now: number): number
}

/** The loop's body: decides in each pass what is to be sent, what has taken too long, and when to look again. */
export class Sender {
  private readonly parts: SenderParts
  /** The broker behind the one that used up the sealer in the latest pass that did: the next pass begins with it. */
  private firstNode: NodeQueue | null = null
  /**
   * Whether the latest pass drained. While outcomes wait to be told, only every other pass does: what the application sends
   * for those that were told makes requests fuller then.
   */
  private drained = false

  constructor(parts: SenderParts) {
    this.parts = parts
  }

  /** One pass. Returns how many ms may go by before the next one, `Infinity` to wait for an event. */
  runOnce(now: number): number {
    const { accumulator, client, completion, guard, metadata, updater, readiness, requests, sealer } = this.parts
    completion.answered.onPass()
    guard?.onPass(now)
    client.checkDeadlines(now)
    for (let batch = accumulator.nextExpired(now); batch !== null; batch = accumulator.nextExpired(now)) {
      completion.expire(batch)
    }
    const waiting = this.parts.expireWaiting(now)
    readiness.promote(now)
    if (readiness.needsLeaders) metadata.requestUpdate()
    updater.goFirst(now)
    // Before the data: on a busy connection there would be no room for it (IDM-05).
    requests.poll(now)
    this.drained = !(this.drained && completion.answered.isBusy)
    if (this.drained) this.drainAll(now)
    updater.maybeUpdate(now)
    const wanted = (nodeId: number): boolean =>
      (readiness.nodes.get(nodeId)?.size ?? 0) > 0 || updater.wantsConnection(now) || requests.wants(nodeId)
    const metadataDue = updater.nextDeadline()
    const next = Math.min(
      accumulator.nextDeadline(),
      client.nextDeadline(now, wanted),
      waiting,
      requests.nextDeadline(),
      // A request that is due already waits for a connection, whose own events wake the sender.
      metadataDue > now ? metadataDue : Number.POSITIVE_INFINITY,
    )
    const isHeldBack = !this.drained || sealer.isOutOfTime() || completion.answered.isBusy
    return isHeldBack ? 0 : Math.max(0, next - now)
  }

  private drainAll(now: number): void {
    const { readiness, sealer } = this.parts
    let isNext = false
    sealer.onPass()
    for (const node of this.firstNode === null ? readiness.nodes.values() : beginningWith(this.firstNode, readiness)) {
      if (isNext) this.firstNode = node
      isNext = false
      const hadTime = !sealer.isBusy()
      if (node.size > 0) this.sendTo(node, now)
      else node.onIdlePass()
      isNext = hadTime && sealer.isBusy()
    }
  }

  private sendTo(node: NodeQueue, now: number): void {
    const { client, exchange, guard, metadata, sealer } = this.parts
    if (!client.knows(node.nodeId)) {
      // The latest metadata did not list this leader: it is gone, or somebody else leads by now.
      metadata.requestUpdate()
      return
    }
    node.onPass(now, client.ready(node.nodeId, now))
    while (node.size > 0 && client.ready(node.nodeId, now)) {
      const batches = drain(node, this.parts, now)
      if (batches.length === 0) return
      this.parts.metrics.onDrained(batches, now)
      const maxVersion = guard?.guard.maxProduceVersion ?? produce.maxVersion
      exchange.send(node.nodeId, batches, guard?.guard.transactionalId ?? null, maxVersion, sealer.codecName)
    }
  }
}

/** All brokers once, beginning with `first` if it is still among them. */
function beginningWith(first: NodeQueue, { nodes }: DrainParts['readiness']): NodeQueue[] {
  const all = [...nodes.values()]
  const at = Math.max(0, all.indexOf(first))
  return [...all.slice(at), ...all.slice(0, at)]
}
