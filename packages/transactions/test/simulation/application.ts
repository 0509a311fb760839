import { KafkaError } from '@posthorn/contracts'
import { Client, type Configuration, drawConfiguration } from './client.ts'
import { Crash } from './lifeline.ts'
import type { Stage } from './stage.ts'
import { Script } from './script.ts'

/** Clients that one application may use up. */
const MAX_LIVES = 40

/** Attempts at a transaction once everything works again. What was out then may still make the first ones fail. */
const MAX_RECOVERIES = 4
/** A connection that was begun while its broker was silent is given up after 10 s, a fifth more or less (CON-06). */
const CONNECTING_MS = 15_000

/**
 * One application with its transactional id: runs transactions, and whenever its client has crashed or met its end, a new
 * one goes on under the same id. Sometimes one takes over while the one before is still at work.
 */
export class Application {
  readonly transactionalId: string
  readonly configuration: Configuration
  /** Whether nobody recovers what the last client left. */
  readonly abandons: boolean
  private readonly stage: Stage
  private readonly zombies: Promise<void>[] = []
  private transactionsLeft: number
  /** The last client, when it is still there. */
  private survivor: Script | null = null

  constructor(stage: Stage, transactionalId: string) {
    this.stage = stage
    this.transactionalId = transactionalId
    this.configuration = drawConfiguration(stage.draw, stage.isCalm)
    this.transactionsLeft = 3 + stage.draw.below(12)
    this.abandons = stage.draw.chance(0.2)
  }

  /** Resolves when every transaction was tried. */
  async run(): Promise<void> {
    const { draw } = this.stage
    for (let lives = 0; this.transactionsLeft > 0 && lives < MAX_LIVES; lives++) {
      const client = this.start(true)
      const superseded = draw.chance(0.15) ? draw.below(4) : Number.POSITIVE_INFINITY
      await this.guarded(client, async (script) => {
        if (!(await script.initialize())) return
        for (let done = 0; this.transactionsLeft > 0 && (await script.canGoOn(true)); done++) {
          if (done >= superseded) {
            this.zombies.push(this.guarded(client, () => this.haunt(script)))
            return
          }
          this.transactionsLeft--
          await script.transaction()
        }
        if (script.isClosed || this.transactionsLeft > 0 || draw.chance(0.5)) await script.close()
        else this.survivor = script
      })
    }
    await Promise.all(this.zombies)
  }

  /** When everything works again: recovers what was left behind, and closes properly. */
  async recover(): Promise<void> {
    const { survivor } = this
    if (survivor !== null) await this.guarded(survivor.client, () => this.survive(survivor))
    if (this.abandons) return
    for (let lives = 0; lives < MAX_RECOVERIES; lives++) {
      const script = new Script(this.stage, this.start(false))
      if ((await script.initialize()) && (await script.commitOne())) return script.close()
      await script.close()
    }
    this.stage.ledger.blame(`${this.transactionalId} could not recover although nothing went wrong any more`)
  }

  /** Whatever it has been through: a client whose state allows it has to be able to go on, and to close. */
  private async survive(script: Script): Promise<void> {
    const { stage } = this
    const untilMs = stage.clock.now() + CONNECTING_MS
    for (let attempts = 1; await script.canGoOn(true); attempts++) {
      if (await script.commitOne()) return script.close()
      if (attempts < MAX_RECOVERIES) continue
      if (stage.clock.now() > untilMs) break
      await stage.pause(1000)
    }
    const { delivery, life } = script.client
    if (delivery.state !== 'FATAL_ERROR') stage.ledger.blame(`${life.clientId} can never commit again`)
    await script.close()
  }

  /** A client that another has taken over from does not know it yet. */
  private async haunt(script: Script): Promise<void> {
    for (let left = 1 + this.stage.draw.below(5); left > 0; left--) {
      await this.stage.pause(this.stage.draw.below(200))
      if (!(await script.canGoOn(false))) break
      await script.transaction()
    }
    await script.close()
  }

  private start(crashes: boolean): Client {
    return new Client(this.stage, this.transactionalId, this.configuration, crashes)
  }

  private async guarded(client: Client, work: (script: Script) => Promise<void>): Promise<void> {
    try {
      await work(new Script(this.stage, client))
    } catch (error) {
      if (error instanceof Crash) return
      const what = error instanceof KafkaError ? `${error.code}: ${error.message}` : String((error as Error).stack)
      this.stage.ledger.blame(`${client.life.clientId}: nobody expected ${what}`)
    }
  }
}
