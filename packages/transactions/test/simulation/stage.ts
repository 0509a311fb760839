import type { KafkaError, RecordMetadata } from '@posthorn/contracts'
import { createCluster, type Cluster, type SeizedRequest, VirtualClock, seededRandom } from '@posthorn/testkit'
import { clusterOf, drawEra, drawLayout, type Era, type Layout } from './clusters.ts'
import { Draw } from './draw.ts'
import { Ledger, type Life } from './ledger.ts'
import type { Line } from './trace.ts'

/** Where a run takes place. */
export class Stage {
  readonly clock: VirtualClock = new VirtualClock()
  readonly draw: Draw
  readonly era: Era
  readonly layout: Layout
  readonly cluster: Cluster
  readonly ledger: Ledger = new Ledger()
  readonly transactionalIds: readonly string[]
  /** Takes a line of a trace; `null` when nobody reads one. */
  readonly trace: Line | null
  /** Whether nothing goes wrong in this run: then nothing may fail either. */
  readonly isCalm: boolean
  private readonly counts: Record<string, number>
  /** Told of each client that was initialized. */
  onInitialized: (life: Life) => void = () => {}

  constructor(seed: number, trace: Line | null) {
    this.draw = new Draw(seededRandom(seed))
    this.era = drawEra(this.draw)
    this.layout = drawLayout(this.draw)
    this.transactionalIds = ['billing', 'shipping'].slice(0, 1 + this.draw.below(2))
    this.cluster = createCluster({ ...clusterOf(this.draw, this.era, this.layout), clock: this.clock })
    this.trace = trace
    this.counts = { ...this.layout.topics }
    this.isCalm = this.draw.chance(0.15)
    this.cluster.intercept('EndTxn', (request) => this.noteEnd(request))
    if (this.era.isUpgraded) this.hideFeatures(this.draw.below(3000))
    this.say('cluster', { era: this.era.name, ...this.layout })
  }

  /** Resolves after so many simulated ms. */
  pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.clock.schedule(ms, resolve))
  }

  /** A line for the trace. */
  say(what: string, facts: object = {}): void {
    this.trace?.(this.clock.now(), what, facts)
  }

  /** Groups whose offsets are committed: two of each application, so that their order is known. */
  get groups(): string[] {
    return this.transactionalIds.flatMap((id) => groupsOf(id))
  }

  /** Partitions that are produced to. */
  get partitions(): (readonly [topic: string, partition: number])[] {
    return Object.entries(this.counts).flatMap(([topic, count]) =>
      Array.from({ length: count }, (_, partition) => [topic, partition] as const),
    )
  }

  /** A topic gets one more partition. */
  grow(topic: string): void {
    const count = (this.counts[topic] ?? 0) + 1
    this.counts[topic] = count
    this.cluster.addPartitions(topic, count)
    this.say('FAULT', { topic, partitions: count })
  }

  private noteEnd({ body, clientId }: SeizedRequest): undefined {
    if (!(body as { committed: boolean }).committed) return
    const current = this.ledger.lives.find((it) => it.clientId === clientId)?.current ?? null
    if (current !== null) current.commitSeen = true
  }

  private hideFeatures(untilMs: number): void {
    this.clock.schedule(untilMs, () => this.cluster.cutConnections())
    const change = (answer: object): object => ({ ...answer, finalizedFeaturesEpoch: 0n, finalizedFeatures: [] })
    this.cluster.intercept('ApiVersions', () => (this.clock.now() < untilMs ? { change } : undefined))
  }
}

/** What became of a record: where it is, or why not. */
export async function outcomeOf(sent: Promise<RecordMetadata>): Promise<RecordMetadata | KafkaError> {
  try {
    return await sent
  } catch (error) {
    return error as KafkaError
  }
}

/** The groups of an application. */
export function groupsOf(transactionalId: string): string[] {
  return [`readers of ${transactionalId}`, `writers of ${transactionalId}`]
}
