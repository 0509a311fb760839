import type { Logger } from '@posthorn/contracts'
import { createCluster, seededRandom, VirtualClock } from '@posthorn/testkit'
import type { Producer } from 'posthorn'
import { createProducer } from 'posthorn'
import { Stage } from '../stage.ts'
import type { Line } from '../trace.ts'
import { hooksTo, loggerTo } from '../trace.ts'
import { watched } from '../watchedClock.ts'
import type { Drawn, Emphasis } from './drawn.ts'
import { draw } from './drawn.ts'
import { recovers } from './recovery.ts'
import type { World, WorldFault } from './familiesOfFaults.ts'
import { families } from './familiesOfFaults.ts'
import type { Promises } from './judgement.ts'
import { judge } from './judgement.ts'
import { Ledger } from './ledger.ts'
import { loginFaults } from './logins.ts'
import { badGzip, badHooks, badInterceptor, badPartitioner, badSerializer, slowGzip } from './plugins.ts'
import { Watch } from './watch.ts'
import { over, Wire } from './wire.ts'
import { Workload } from './workload.ts'

/** Beyond any time-out of a run, and any pause of a broker. */
const LONG_MS = 10_000

/** By then every broker runs that a fault had stopped. */
const BROKERS_BACK_MS = 2000

/**
 * One run of which everything is drawn from a seed: cluster, configuration, plugins, workload and faults. Returns what
 * was wrong, at the end or on the way; nothing for a good run. With `line`, what happens is told as it happens.
 */
export async function drawnRun(seed: string, emphasis: Emphasis, line: Line | null = null): Promise<string[]> {
  const run = new DrawnRun(seed, emphasis, line)
  const rejected = (reason: unknown): void => run.ledger.note(`nobody handled the rejection ${String(reason)}`)
  process.on('unhandledRejection', rejected)
  try {
    return await run.wrong()
  } finally {
    process.off('unhandledRejection', rejected)
  }
}

/** A fault that may be chosen. */
interface Choice {
  readonly name: string
  readonly index: number
  readonly fault: WorldFault
}

class DrawnRun {
  readonly ledger: Ledger
  private readonly drawn: Drawn
  private readonly stage: Stage
  private readonly world: World
  private readonly producer: Producer<string, string>
  private readonly workload: Workload
  private readonly watch: Watch
  private readonly line: (what: string, facts: object) => void
  /** 1 while plugins may fail, 0 afterwards. */
  private illness = 1
  private done = { sending: false, faults: false }

  constructor(seed: string, emphasis: Emphasis, line: Line | null) {
    const clock = new VirtualClock()
    const random = seededRandom(seed)
    const below = (limit: number): number => Math.floor(random() * limit)
    const drawn = draw(
      { below, chance: (share) => random() < share, pick: (from) => from[below(from.length)] as never },
      emphasis,
    )
    const latency = random() * 4
    const { brokers } = drawn.cluster
    const cluster = createCluster({
      ...drawn.cluster,
      ...(drawn.logins !== undefined && {
        sasl: drawn.logins.server,
        apiVersions: { ...drawn.cluster.apiVersions, ...drawn.logins.apiVersions },
      }),
      clock,
      random,
      latencyMs: () => random() * latency,
    })
    this.drawn = drawn
    const partitions = Object.entries(drawn.cluster.topics).map(([name, topic]) => [name, topic.partitions] as const)
    this.stage = new Stage(cluster, clock, random, brokers, Object.fromEntries(partitions))
    this.world = { stage: this.stage, wire: new Wire(), producerClock: watched(clock) }
    this.line = (what, facts) => line?.(clock.now(), what, facts)
    this.line('drawn', drawn)
    const { maxBlockMs, deliveryTimeoutMs } = drawn.options
    this.ledger = new Ledger(clock, maxBlockMs + deliveryTimeoutMs)
    this.producer = this.assemble(line !== null)
    this.workload = new Workload(this.producer, this.stage, this.ledger, drawn.valueBytes)
    this.watch = new Watch(this.producer, this.ledger)
  }

  async wrong(): Promise<string[]> {
    const { drawn, stage, world, ledger } = this
    const { clock } = stage
    this.sendSome()
    this.inject(drawn.faults)
    const sampling = this.sample()
    if (drawn.closesEarly) {
      await clock.advance(stage.below(1500))
      await this.close()
      this.done = { sending: true, faults: true }
      this.heal()
    } else {
      await clock.runUntil(() => this.done.sending && this.done.faults)
      this.heal()
      await clock.advance(LONG_MS)
      for (const { id } of ledger.outstanding()) ledger.note(`${id} has no outcome`)
      this.watch.atRest()
      if (this.canRecover()) {
        const { metadataRecoveryRebootstrapTriggerMs = 300_000 } = drawn.options
        await recovers(this.workload, stage, ledger, metadataRecoveryRebootstrapTriggerMs)
      }
      await this.close()
    }
    sampling.cancel()
    if (world.producerClock.running > 0) ledger.note(`${world.producerClock.running} timers are left after close`)
    if (world.wire.open > 0) ledger.note(`${world.wire.open} connections are left after close`)
    // What still travels arrives, and brokers that hang or are down come back.
    await clock.advance(LONG_MS)
    if (world.wire.open > 0) ledger.note(`${world.wire.open} connections were opened after close`)
    if (this.workload.waits > 0)
      ledger.note(`${this.workload.waits} calls of flush, ready or partitionsFor never ended`)
    return judge(stage, ledger, this.promises())
  }

  private assemble(trace: boolean): Producer<string, string> {
    const { drawn, stage, world, ledger } = this
    const { cluster, random, below } = stage
    const { badPlugins: share, compression, chunking, highWaterMark } = drawn
    // Ill plugins get well when the run is over.
    const ill: Stage = Object.assign(Object.create(stage) as Stage, {
      chance: (of: number) => stage.chance(of * this.illness),
    })
    const bad = share > 0
    return createProducer<string, string>({
      bootstrapServers: cluster.bootstrapServers,
      transport: over(world.wire, cluster.transport({ chunking, highWaterMark }), below),
      clientId: 'drawn',
      ...(drawn.logins !== undefined && { sasl: drawn.logins.sasl }),
      ...drawn.options,
      ...(compression === 'ill' && { compression: badGzip(ill, share) }),
      ...(compression === 'slow' && { compression: slowGzip(ill, share, world.producerClock) }),
      ...(bad && { valueSerializer: badSerializer(ill, share), partitioner: badPartitioner(ill, share) }),
      interceptors: [...(bad ? [badInterceptor(ill, share)] : []), ledger.interceptor],
      hooks: [...(bad ? [badHooks(ill, share)] : []), ...(trace ? [() => hooksTo(this.line)] : [])],
      logger: this.logger(trace),
      random,
      clock: world.producerClock,
    })
  }

  /** Notes what no run may log. */
  private logger(trace: boolean): Logger {
    const logger = loggerTo(trace ? this.line : () => {})
    return {
      ...logger,
      error: (message, fields) => {
        logger.error(message, fields)
        if (!message.includes('a pass of the sender failed')) return
        const error = fields?.['error']
        this.ledger.note(`${message}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
      },
    }
  }

  private sendSome(): void {
    const { below, chance, clock, random } = this.stage
    let left = this.drawn.records
    const burst = (): void => {
      for (let some = 1 + below(20); some > 0 && left > 0; some--, left--) this.workload.sendOne()
      if (chance(0.1)) this.workload.flush()
      if (chance(0.05)) this.workload.ask()
      if (left > 0 && !this.done.sending) clock.schedule(random() * 120, burst)
      else this.done.sending = true
    }
    burst()
  }

  private inject(count: number): void {
    const { pick, clock, random } = this.stage
    const choices = this.drawn.families.flatMap((name) =>
      families[name].map((fault, index): Choice => ({ name, index, fault })),
    )
    if (this.drawn.logins !== undefined) {
      choices.push(...loginFaults.map((fault, index): Choice => ({ name: 'logins', index, fault })))
    }
    let left = choices.length === 0 ? 0 : count
    const next = (): void => {
      if (left-- <= 0 || this.done.faults) {
        this.done.faults = true
        return
      }
      const { name, index, fault } = pick(choices)
      this.line('FAULT', { name, index })
      fault(this.world)
      clock.schedule(random() * 200, next)
    }
    clock.schedule(random() * 50, next)
  }

  private sample(): { cancel(): void } {
    const { clock } = this.stage
    const sample = (): void => {
      this.watch.look()
      timer = clock.schedule(this.done.faults ? 500 : 37, sample)
    }
    let timer = clock.schedule(0, sample)
    return { cancel: () => timer.cancel() }
  }

  /** The world is in order again; brokers that are down come back by themselves. */
  private heal(): void {
    this.line('HEALED', {})
    const { cluster, clock } = this.stage
    cluster.clearInterceptions()
    cluster.throttle(0)
    this.world.wire.heal()
    this.illness = 0
    clock.schedule(BROKERS_BACK_MS, () => this.elect())
  }

  /** A partition whose leader went, and was none of its replicas, would have none for ever. */
  private elect(): void {
    const { stage } = this
    for (const topic of stage.topics) {
      for (let partition = 0; partition < stage.partitions(topic); partition++) {
        const { leader, replicas } = stage.cluster.partition(topic, partition)
        if (leader === -1) stage.cluster.moveLeader(topic, partition, replicas[0] as number)
      }
    }
  }

  private async close(): Promise<void> {
    const { clock, pick, below } = this.stage
    const { maxBlockMs, deliveryTimeoutMs } = this.drawn.options
    const timeoutMs = pick([undefined, 0, below(500)])
    const outstanding = this.ledger.outstanding().length
    const startMs = clock.now()
    this.line('close', { timeoutMs, outstanding })
    const closing = this.producer.close({ timeoutMs })
    const report = await clock.runUntil(closing, { limitMs: LONG_MS })
    const { acknowledged, failed, abandoned } = report
    const counted = acknowledged + failed + abandoned
    if (counted !== outstanding)
      this.ledger.note(`close tells of ${counted} records where ${outstanding} were on their way`)
    const limit = timeoutMs ?? maxBlockMs + deliveryTimeoutMs
    const took = clock.now() - startMs
    if (took > limit + 5) this.ledger.note(`close took ${took} ms, more than ${limit}`)
    for (const { id } of this.ledger.outstanding()) this.ledger.note(`${id} has no outcome after close`)
  }

  /** Who has been told wrong addresses, and may not go back to the first ones, never finds a broker again. */
  private canRecover(): boolean {
    const { options, families: atWork } = this.drawn
    return options.metadataRecoveryStrategy === 'rebootstrap' || !atWork.includes('metadata that lies')
  }

  private promises(): Promises {
    const { options, families: atWork } = this.drawn
    const acknowledges = options.acks !== 0
    const once = options.enableIdempotence === true
    // A broker that has lost what it knew of a producer cannot tell that a request comes late.
    const forgets = atWork.includes('topics created anew') || atWork.includes('leaders that have lost records')
    // Of a record that was stored twice, the first may be the one that is lost.
    const unordered = !acknowledges || (forgets && !once)
    const changesId = atWork.includes('producer ids that wear out')
    const ordered = unordered ? 'no' : once && !forgets && !changesId ? 'all' : 'acknowledged'
    return { acknowledges, once, ordered, placed: acknowledges && !forgets }
  }
}
