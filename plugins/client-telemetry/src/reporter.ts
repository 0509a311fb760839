import type { ProducerServices, Timer } from '@posthorn/contracts'
import { noTimer } from '@posthorn/contracts'
import { errorEntry, getTelemetrySubscriptions, ZERO_UUID } from '@posthorn/protocol'
import { Brokers } from './brokers.ts'
import type { InstanceId } from './instanceId.ts'
import type { PushParts } from './pushes.ts'
import { Pushes } from './pushes.ts'
import type { Reaction } from './reactions.ts'
import { reactionToFailure, reactionToPush, reactionToSubscription } from './reactions.ts'
import type { Subscription } from './subscription.ts'
import { DEFAULT_INTERVAL_MS, subscriptionOf } from './subscription.ts'

/** What a reporter is made of. */
export interface ReporterParts extends PushParts {
  readonly instanceId: InstanceId
}

type Step = 'subscribe' | 'push' | 'off'

/** Asks for the subscription, pushes what it wants when it wants it, and says goodbye. One request at a time. */
export class Reporter {
  private readonly parts: ReporterParts
  private readonly brokers = new Brokers()
  private readonly pushes: Pushes
  private services: ProducerServices | null = null
  private subscription: Subscription | null = null
  private clientInstanceId = ZERO_UUID
  private next: Step = 'subscribe'
  /** Whether the time of the next step has come; it then waits for a broker alone. */
  private isDue = true
  /** The step that is being taken. */
  private step: Promise<void> | null = null
  /** Requests in a row that were not answered. */
  private failures = 0
  private timer: Timer = noTimer

  constructor(parts: ReporterParts) {
    this.parts = parts
    this.pushes = new Pushes(parts)
  }

  start(services: ProducerServices): void {
    this.services = services
  }

  onConnect(nodeId: number): void {
    this.brokers.onConnect(nodeId)
    this.go()
  }

  onDisconnect(nodeId: number): void {
    this.brokers.onDisconnect(nodeId)
  }

  /** The last push, if there is a subscription and a broker to take it (TEL-07). */
  async close(): Promise<void> {
    this.timer.cancel()
    this.next = 'off'
    if (this.subscription === null) return
    // A push on its way tells a part of what the last one would tell again.
    await this.step
    await this.pushLast()
  }

  /** No more telemetry. */
  stop(reason: string): void {
    this.timer.cancel()
    this.next = 'off'
    this.subscription = null
    this.parts.instanceId.end(reason)
  }

  private async pushLast(): Promise<void> {
    const { subscription, services, clientInstanceId } = this
    const broker = services === null ? null : this.brokers.choose(services)
    if (services === null || broker === null || subscription === null || subscription.wants === null) return
    try {
      await this.pushes.push({ services, broker, clientInstanceId, subscription, terminating: true })
    } catch (error) {
      this.parts.env.logger.debug('the last push of client telemetry failed', { error })
    }
  }

  /** Takes the next step, if it is due and there is a broker for it. */
  private go(): void {
    const { services, next } = this
    if (!this.isDue || this.step !== null || next === 'off' || services === null) return
    const broker = this.brokers.choose(services)
    if (broker === null) return
    this.isDue = false
    this.step = this.take(next, broker, services)
  }

  private async take(step: Step, broker: number, services: ProducerServices): Promise<void> {
    try {
      if (step === 'push' && this.subscription !== null) await this.push(broker, services, this.subscription)
      else await this.subscribe(broker, services)
    } catch (error) {
      this.failures++
      this.brokers.giveUp()
      this.react(reactionToFailure(error, this.failures), { error })
    }
    this.step = null
    this.go()
  }

  private async subscribe(broker: number, services: ProducerServices): Promise<void> {
    const { clientInstanceId } = this
    const answer = await services.request(getTelemetrySubscriptions, { clientInstanceId }, broker)
    this.failures = 0
    if (answer.errorCode !== 0) {
      this.react(reactionToSubscription(answer.errorCode), { code: errorEntry(answer.errorCode).name })
      return
    }
    if (clientInstanceId === ZERO_UUID) {
      if (answer.clientInstanceId === ZERO_UUID) {
        this.react('off', { code: 'no client instance id' })
        return
      }
      this.clientInstanceId = answer.clientInstanceId
      this.parts.instanceId.set(answer.clientInstanceId)
    }
    this.subscription = subscriptionOf(answer)
    const { wants, pushIntervalMs } = this.subscription
    // Clients that were started together are not to push together (TEL-04).
    if (wants === null) this.schedule('subscribe', pushIntervalMs)
    else this.schedule('push', pushIntervalMs * (0.5 + this.parts.env.random()))
  }

  private async push(broker: number, services: ProducerServices, subscription: Subscription): Promise<void> {
    const { clientInstanceId } = this
    const errorCode = await this.pushes.push({ services, broker, clientInstanceId, subscription, terminating: false })
    this.failures = 0
    if (errorCode === 0) this.schedule('push', subscription.pushIntervalMs)
    else this.react(reactionToPush(errorCode), { code: errorEntry(errorCode).name })
  }

  private react(reaction: Reaction, why: { readonly code?: string; readonly error?: unknown }): void {
    const { logger } = this.parts.env
    if (reaction === 'off') {
      if (this.next !== 'off') logger.warn('client telemetry is off: it was refused, or cannot be sent', why)
      this.stop(`client telemetry is off: ${why.code ?? String(why.error)}`)
      return
    }
    logger.debug('client telemetry was not taken', { ...why, reaction })
    this.schedule('subscribe', reaction === 'at-once' ? 0 : (this.subscription?.pushIntervalMs ?? DEFAULT_INTERVAL_MS))
  }

  private schedule(next: Exclude<Step, 'off'>, ms: number): void {
    if (this.next === 'off') return
    this.next = next
    if (ms === 0) {
      this.isDue = true
      return
    }
    // In the background: telemetry keeps no process alive.
    this.timer = this.parts.env.clock.schedule(
      ms,
      () => {
        this.isDue = true
        this.go()
      },
      true,
    )
  }
}
