import { CoordinatorType, errorCode } from '@posthorn/protocol'
import type { FaultAction, FaultHandler, Interception } from '@posthorn/testkit'
import { afterwards, errorsOf } from './errors.ts'
import type { Stage } from './stage.ts'

const apis = Object.keys(errorsOf)

/** Lets things go wrong, drawn from the seed, until `heal`. */
export class Faults {
  private readonly stage: Stage
  private readonly inPlace = new Set<Interception>()
  private readonly severity: number
  private left: number

  constructor(stage: Stage) {
    const { draw } = stage
    this.stage = stage
    this.left = stage.isCalm ? 0 : draw.pick([8, 20, 40])
    // In some runs nothing happens that ends a producer, so that all that is transient meets each other.
    this.severity = draw.pick([0, 0.1, 0.3])
    stage.clock.schedule(draw.below(300), () => this.next())
  }

  /** Takes all faults back; brokers that are down or hang go on. */
  heal(): void {
    const { cluster, layout } = this.stage
    this.left = 0
    for (const interception of this.inPlace) interception.remove()
    for (let broker = 0; broker < layout.brokers; broker++) {
      cluster.resumeBroker(broker)
      void cluster.startBroker(broker)
    }
    for (const [topic, partition] of this.stage.partitions) {
      if (cluster.partition(topic, partition).leader < 0) cluster.moveLeader(topic, partition, 0)
    }
    for (const id of this.stage.transactionalIds) if (cluster.coordinator(id) < 0) cluster.moveCoordinator(id, 0)
    for (const id of this.stage.groups)
      if (cluster.coordinator(id, 'group') < 0) cluster.moveCoordinator(id, 0, 'group')
  }

  private next(): void {
    if (this.left-- <= 0) return
    const { draw, clock } = this.stage
    if (draw.chance(0.03)) this.stage.grow(draw.pick(Object.keys(this.stage.layout.topics)))
    const kinds = [this.request, this.request, this.request, this.connections, this.place, this.place, this.broker]
    draw.pick(kinds).call(this)
    clock.schedule(draw.random() * draw.pick([20, 400]), () => this.next())
  }

  /** Something happens to the next requests of one API. */
  private request(): void {
    const { stage } = this
    const { below, pick, chance } = stage.draw
    const api = chance(0.2) ? pick(['Metadata', 'ApiVersions']) : pick(apis)
    const action = this.action(api)
    const times = 1 + below(api === 'Produce' ? 4 : 2)
    const skip = below(4)
    stage.say('FAULT', { api, times, skip, ...action, ...(action.change !== undefined && { change: 'after' }) })
    this.inPlace.add(stage.cluster.intercept(api, this.where(api, action), { times, skip }))
  }

  /** No coordinator refuses for good what it has done already, nor a transaction for the sake of a group. */
  private where(api: string, action: FaultAction): FaultHandler {
    const isLasting = action.error !== undefined && errorsOf[api]?.lasting.includes(String(action.error)) === true
    if (isLasting && api === 'EndTxn') {
      return ({ body }) => {
        const { transactionalId } = body as { transactionalId: string }
        return this.stage.cluster.transaction(transactionalId)?.state === 'Ongoing' ? action : undefined
      }
    }
    if (action.error !== 'GROUP_AUTHORIZATION_FAILED' || api !== 'FindCoordinator') return () => action
    return ({ body }) => ((body as { keyType: number }).keyType === CoordinatorType.GROUP ? action : undefined)
  }

  private action(api: string): FaultAction {
    const { below, pick, chance } = this.stage.draw
    const errors = errorsOf[api]
    if (errors !== undefined && chance(0.6)) {
      if (chance(this.severity)) return { error: pick(errors.lasting) }
      const late = afterwards[api]
      if (late === undefined || chance(0.6)) return { error: pick(errors.passing) }
      return { change: answering(pick(late)) }
    }
    return pick<FaultAction>([
      { cutBefore: true },
      { cutAfter: true },
      { drop: true },
      { send: 'partial' },
      this.held(api, below(1500)),
      { delayBeforeMs: below(this.longest) },
    ])
  }

  /** An answer that comes late. Batches behind it wait as long; those that would be stored too late then are lost. */
  private held(api: string, delayAfterMs: number): FaultAction {
    return api === 'Produce' && delayAfterMs > this.longest ? { delayAfterMs, cutAfter: true } : { delayAfterMs }
  }

  private connections(): void {
    const { cluster, layout, draw } = this.stage
    const broker = draw.below(layout.brokers)
    this.stage.say('FAULT', { cut: broker })
    cluster.cutConnections(broker)
  }

  /** Leaders and coordinators move, or are nobody for a while. */
  private place(): void {
    const { stage } = this
    const { cluster, layout, draw, clock } = stage
    const to = draw.chance(0.2) ? -1 : draw.below(layout.brokers)
    const moves: [what: string, move: (to: number) => void][] = [
      ...stage.partitions.map(([topic, partition]): [string, (to: number) => void] => [
        `${topic}-${partition}`,
        (broker) => cluster.moveLeader(topic, partition, broker),
      ]),
      ...this.stage.transactionalIds.map((id): [string, (to: number) => void] => [
        id,
        (broker) => cluster.moveCoordinator(id, broker),
      ]),
      ...stage.groups.map((id): [string, (to: number) => void] => [
        id,
        (broker) => cluster.moveCoordinator(id, broker, 'group'),
      ]),
    ]
    const [what, move] = draw.pick(moves)
    stage.say('FAULT', { move: what, to })
    move(to)
    if (to < 0) clock.schedule(draw.below(1200), () => move(draw.below(layout.brokers)))
  }

  private broker(): void {
    const { cluster, layout, draw, clock, era } = this.stage
    const broker = draw.below(layout.brokers)
    const ms = draw.below(1500)
    const isPause = draw.chance(0.4)
    this.stage.say('FAULT', { [isPause ? 'pause' : 'stop']: broker, ms })
    if (isPause) {
      cluster.pauseBroker(broker)
      clock.schedule(era.provesAge ? ms : Math.min(ms, this.longest), () => cluster.resumeBroker(broker))
    } else {
      cluster.stopBroker(broker, { leaders: draw.chance(0.6) ? 'move' : 'stay', silent: draw.chance(0.2) })
      clock.schedule(ms, () => void cluster.startBroker(broker))
    }
  }

  /**
   * How long a request may take to be run. Before KIP-890 nobody can tell a request that comes late, after its client has
   * asked again and gone on, from one of the next transaction: there it never takes longer than the client waits.
   */
  private get longest(): number {
    return this.stage.era.provesAge ? 1500 : 190
  }
}

/** The answer of a request that was run, as if it had failed. */
function answering(name: string): (answer: unknown) => unknown {
  const code = errorCode(name)
  const change = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(change)
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, key === 'errorCode' && inner === 0 ? code : change(inner)]),
    )
  }
  return change
}
