import type { ProducerRecord } from '@posthorn/contracts'
import type { Producer } from 'posthorn'
import type { Stage } from '../stage.ts'
import type { Ledger, Manner } from './ledger.ts'

/** An application that uses every way of sending there is, and waits for nothing. */
export class Workload {
  private readonly producer: Producer<string, string>
  private readonly stage: Stage
  private readonly ledger: Ledger
  private readonly valueBytes: number
  /** Aborts several sends at once. */
  private shared = new AbortController()
  /** Calls of `flush`, `ready` and `partitionsFor` that have not ended. */
  waits = 0

  constructor(producer: Producer<string, string>, stage: Stage, ledger: Ledger, valueBytes: number) {
    this.producer = producer
    this.stage = stage
    this.ledger = ledger
    this.valueBytes = valueBytes
  }

  /** Sends one record, in one way or another. */
  sendOne(): void {
    const { pick } = this.stage
    const manner = pick<Manner>([
      'promise',
      'promise',
      'promise',
      'bounded',
      'bounded',
      'callback',
      'callback',
      'silent',
    ])
    if (manner === 'bounded') this.sendBounded()
    else if (manner === 'promise') void this.sendTo(this.stage.topic())
    else this.trySend(manner)
  }

  /** Flushes; what was sent before has to have ended by then. */
  flush(): void {
    const before = this.ledger.outstanding()
    this.waits++
    void this.producer.flush().then(() => {
      this.waits--
      const left = before.filter(({ setOut, ended }) => setOut > ended)
      if (left.length > 0) this.ledger.note(`flush left ${left.map(({ id }) => id).join(' ')} behind`)
    }, this.unexpected)
  }

  /** Asks for the partitions of a topic, which may fail, but not for ever. */
  ask(): void {
    this.waits++
    const end = (): void => {
      this.waits--
    }
    this.producer.partitionsFor(this.stage.topic()).then(end, end)
  }

  /** Sends a record that nothing should keep from being stored; whether it was. */
  async sendTo(topic: string, partition?: number): Promise<boolean> {
    const entry = this.ledger.open('promise')
    const given = this.record(entry.id, topic)
    try {
      const record = partition === undefined ? given : { topic, value: `${entry.id}`, partition }
      this.ledger.tell(entry, null, await this.producer.send(record))
      return true
    } catch (error) {
      this.ledger.tell(entry, error, null)
      return false
    }
  }

  private sendBounded(): void {
    const { below, chance, topic, clock } = this.stage
    const timeoutMs = chance(0.6) ? below(1500) : undefined
    let signal: AbortSignal | undefined
    if (timeoutMs === undefined || chance(0.3)) {
      if (chance(0.1)) this.shared = new AbortController()
      const controller = chance(0.3) ? this.shared : new AbortController()
      clock.schedule(below(1000), () => controller.abort(chance(0.5) ? new Error('not wanted any more') : 'no'))
      signal = controller.signal
    }
    const entry = this.ledger.open('bounded', timeoutMs)
    const record = this.record(entry.id, topic.call(this.stage))
    this.producer.send(record, { signal, timeoutMs }).then(
      (metadata) => this.ledger.tell(entry, null, metadata),
      (error: unknown) => this.ledger.tell(entry, error ?? 'nothing', null),
    )
  }

  private trySend(manner: Manner): void {
    const { chance } = this.stage
    const entry = this.ledger.open(manner)
    const record = this.record(entry.id, this.stage.topic())
    const callback =
      manner === 'silent'
        ? undefined
        : (error: unknown, metadata: NonNullable<typeof entry.metadata>): void => {
            this.ledger.tell(entry, error, error === null ? metadata : null)
            // An application may do anything there.
            if (chance(0.1)) this.sendOne()
            if (chance(0.1)) throw new Error('a delivery callback throws')
          }
    try {
      if (this.producer.trySend(record, callback)) return
      entry.manner = 'refused'
      this.waits++
      this.producer.ready().then(() => this.waits--, this.unexpected)
    } catch (error) {
      entry.manner = 'promise'
      this.ledger.tell(entry, error, null)
    }
  }

  private record(id: number, topic: string): ProducerRecord<string, string> {
    const { below, chance, clock, partitions } = this.stage
    const bytes = chance(0.03) ? 3000 : below(this.valueBytes + 1)
    const has = chance(0.15) ? partitions.call(this.stage, topic) : 0
    return {
      topic,
      key: chance(0.7) ? `k${below(13)}` : null,
      value: `${id} ${'x'.repeat(bytes)}`,
      ...(has > 0 && { partition: below(has + (chance(0.1) ? 1 : 0)) }),
      ...(chance(0.1) && { timestamp: Math.max(0, clock.epochMs() + below(7_200_000) - 3_600_000) }),
      ...(chance(0.1) && { headers: { trace: 'abc', none: null } }),
    }
  }

  private readonly unexpected = (error: unknown): void => {
    this.waits--
    this.ledger.note(`flush or ready failed: ${String(error)}`)
  }
}
