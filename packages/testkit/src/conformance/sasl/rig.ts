import type { BrokerAddress, LogFields, Logger, Plugin, SaslMechanism, SaslSession } from '@posthorn/contracts'
import type { ServerAnswer, ServerExchange, ServerMechanism } from '../../security/serverMechanism.ts'
import type { ConformanceCase, Features } from '../case.ts'
import { check, ConformanceError, show } from '../checks.ts'
import { conformanceEnv, type ConformanceEnv } from '../env.ts'

/** What `saslConformance` needs to know. */
export interface SaslSetup {
  /** Makes the plugin, as an application would, with credentials that the server takes. Called for each case. */
  readonly create: () => Plugin<SaslMechanism>
  /** The broker's side. `saslServer` makes those of Kafka's own mechanisms. Called for each case. */
  readonly server: () => ServerMechanism
  /** Texts that nobody may see: passwords, tokens. At least one. */
  readonly secrets: readonly string[]
  /**
   * `mutual`: the broker has to prove itself too, so that nobody gets on with what one said in another exchange.
   * `sealed`: what is sent does not contain the secrets; a mechanism that does not offer it has to say so (`plaintext`).
   */
  readonly features?: Features<'mutual' | 'sealed'> | undefined
  /** How long to wait for what does not happen before a case fails, in ms. Default 4000. */
  readonly patienceMs?: number | undefined
}

/** How an exchange ended. */
export interface Outcome {
  /** Whether the mechanism was content. */
  readonly done: boolean
  /** Whom the broker took it for; absent where it was not content. */
  readonly user: string | undefined
  /** What the broker said, in order. */
  readonly challenges: readonly Uint8Array[]
  /** What the mechanism said, in order. */
  readonly tokens: readonly Uint8Array[]
}

/** Where mechanisms of the suite log in. */
export const broker: BrokerAddress = { host: 'broker', port: 9092, purpose: 'broker', nodeId: 1 }

/** As many tokens as the producer exchanges at most. */
const maxTokens = 16

/** A mechanism and its broker for one case. */
export class SaslRig {
  readonly env: ConformanceEnv
  readonly mechanism: SaslMechanism
  readonly server: ServerMechanism
  /** What was logged. */
  readonly lines: { readonly message: string; readonly fields: LogFields | undefined }[] = []

  readonly #patienceMs: number

  constructor(setup: SaslSetup, plugin: Plugin<SaslMechanism> = setup.create()) {
    const log = (message: string, fields?: LogFields): void => void this.lines.push({ message, fields })
    const logger: Logger = { debug: log, info: log, warn: log, error: log }
    this.env = { ...conformanceEnv(), logger }
    this.mechanism = plugin(this.env)
    this.server = setup.server()
    this.#patienceMs = setup.patienceMs ?? 4000
  }

  /** Waits for what a mechanism does, while the clock runs as far as it has to. */
  async settled<T>(work: () => T | Promise<T>): Promise<T> {
    let over = false
    const result = (async () => work())().finally(() => {
      over = true
    })
    result.catch(() => {})
    const until = performance.now() + this.#patienceMs
    for (let turn = 0; performance.now() < until; turn++) {
      await this.env.clock.advance(turn < 100 ? 0 : 10)
      // It is set where the compiler does not look.
      if (over as boolean) return result
    }
    throw new ConformanceError(`expected an answer of the mechanism within ${this.#patienceMs} ms, found none`)
  }

  /** Starts an exchange. */
  start(signal: AbortSignal = new AbortController().signal): Promise<SaslSession> {
    return this.settled(() => this.mechanism.start(broker, signal))
  }

  /**
   * Runs an exchange to its end. `says` may put something else in the place of what the broker said; what is said out of
   * turn, when the broker has refused or is content, is up to it.
   */
  async exchange(says: (challenge: Uint8Array, turn: number) => Uint8Array = (same) => same): Promise<Outcome> {
    const session = await this.start()
    const serving = this.server.start()
    const tokens = [copy(session.first)]
    const challenges: Uint8Array[] = []
    let user: string | undefined
    let token = session.first
    for (let turn = 0; turn < maxTokens; turn++) {
      const answer: ServerAnswer = answered(serving, token)
      user = answer.user
      const challenge = says(copy(answer.token), turn)
      challenges.push(copy(challenge))
      const step = await this.settled(() => session.step(challenge))
      if (step.response !== null) tokens.push(copy(step.response))
      if (step.response === null || step.done) {
        if (step.response !== null) user = answered(serving, step.response).user
        check(step.done, 'step: expected a response or done, found neither')
        return { done: true, user, challenges, tokens }
      }
      token = step.response
    }
    throw new ConformanceError(`expected an end after at most ${maxTokens} tokens, found none`)
  }
}

/** What is wrong when a mechanism is done and its broker has not taken the client for a user. */
export const untaken =
  'when the mechanism was done: expected a broker that knows who it is, found one that does not yet'

/** What the broker says to a token; it has to take it. */
export function answered(serving: ServerExchange, token: Uint8Array): ServerAnswer {
  try {
    return serving.answer(token)
  } catch (error) {
    const said = `a token of ${token.length} bytes: expected the broker to take it, found ${show(error)}`
    throw new ConformanceError(said, { cause: error })
  }
}

/** The bytes in memory of their own; `slice` of Node's buffers would share it. */
export function copy(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes)
}

/** Runs an exchange that has to come about. */
export async function login(rig: SaslRig): Promise<Outcome> {
  const outcome = await rig.exchange()
  check(outcome.user !== undefined, untaken)
  return outcome
}

/** A case on a rig of its own. */
export function onSaslRig(setup: SaslSetup, name: string, work: (rig: SaslRig) => Promise<void>): ConformanceCase {
  return {
    name,
    async run() {
      const rig = new SaslRig(setup)
      try {
        await work(rig)
      } finally {
        rig.mechanism.close?.()
      }
    },
  }
}
