import { setTimeout as sleep } from 'node:timers/promises'
import { pause, play } from '../schedule/play.ts'
import type { Kill } from '../schedule/schedule.ts'
import type { FaultSpan } from '../verdict/pace.ts'
import type { Schedules } from './plan.ts'
import type { ProxiedKafka } from './proxiedKafka.ts'

/** What was done. */
export interface FaultCounts {
  readonly byKind: Record<string, number>
  /** Faults that found no connection. */
  missed: number
  brokerKills: number
  clientKills: number
}

/** Does what the schedules say, from when it is begun until the end or until it is stopped. */
export class Faults {
  readonly counts: FaultCounts = { byKind: {}, missed: 0, brokerKills: 0, clientKills: 0 }
  readonly #kafka: ProxiedKafka
  readonly #schedules: Schedules
  readonly #stop = new AbortController()
  readonly #log: (line: string) => void
  #work: Promise<unknown> | undefined
  #firstAt = 0
  #lastAt = 0

  constructor(kafka: ProxiedKafka, schedules: Schedules, log: (line: string) => void) {
    this.#kafka = kafka
    this.#schedules = schedules
    this.#log = log
  }

  /** When faults began and ended, as far as there were any. */
  get span(): FaultSpan {
    return { firstAt: this.#firstAt, lastAt: this.#lastAt }
  }

  /** Begins; `killClient` has to come back only when the client is there again. A second call does nothing. */
  begin(killClient: (downMs: number) => Promise<void>): void {
    if (this.#work !== undefined) return
    const { proxy, brokerKills, clientKills } = this.#schedules
    const startedMs = performance.now()
    this.#work = Promise.all([
      play(proxy, { startedMs, signal: this.#stop.signal }, (fault) => this.#disturb(fault)),
      this.#killAll(startedMs, brokerKills, (kill) => this.#killBroker(kill)),
      this.#killAll(startedMs, clientKills, async ({ downMs }) => {
        this.counts.clientKills++
        await killClient(downMs)
      }),
    ])
    // Who waits for the end learns of it; until then it is nobody's.
    this.#work.catch(() => {})
  }

  /** Lets nothing new happen, and waits until what is down is up again. */
  async end(): Promise<void> {
    this.#stop.abort()
    await this.#work
  }

  #disturb(fault: Schedules['proxy'][number]): void {
    const { proxies } = this.#kafka
    for (let step = 0; step < proxies.length; step++) {
      const proxy = proxies[(fault.broker + step) % proxies.length]
      if (proxy?.apply(fault) !== true) continue
      this.counts.byKind[fault.kind] = (this.counts.byKind[fault.kind] ?? 0) + 1
      this.#note(fault.forMs)
      return
    }
    this.counts.missed++
  }

  async #killAll(startedMs: number, deaths: Iterable<Kill>, kill: (death: Kill) => Promise<void>): Promise<void> {
    const { signal } = this.#stop
    const { killsFromMs, killsUntilMs } = this.#schedules
    await pause(startedMs + killsFromMs - performance.now(), signal)
    for (const death of deaths) {
      await pause(death.upMs, signal)
      if (signal.aborted || performance.now() > startedMs + killsUntilMs) return
      this.#note()
      await kill(death)
      this.#note()
    }
  }

  async #killBroker({ victim, downMs }: Kill): Promise<void> {
    const { cluster } = this.#kafka
    this.#log(`broker ${victim} is killed for ${downMs} ms`)
    await cluster.kill(victim)
    this.counts.brokerKills++
    await sleep(downMs)
    await cluster.start(victim)
    this.#log(`broker ${victim} is back`)
  }

  #note(lastsMs = 0): void {
    const now = Date.now()
    this.#firstAt ||= now
    this.#lastAt = Math.max(this.#lastAt, now + lastsMs)
  }
}
