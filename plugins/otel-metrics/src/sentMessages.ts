import type { Attributes, Counter, Meter, Observable } from '@opentelemetry/api'

/** Most attributes that wait for a collection: a process may have no reader, and failed batches have theirs alone. */
const MOST_UNCOUNTED = 1000

/**
 * `messaging.client.sent.messages`, added up for each partition until somebody collects: an SDK looks a set of attributes
 * up by all of their text, which takes a few percent of what the records of a batch of 16 KiB cost. Observable
 * callbacks are the API's way to say that there is a collection, and they come before it.
 */
export class SentMessages {
  private readonly meter: Meter
  private readonly counter: Counter
  /** Has no value ever, and so is not exported: callbacks are told of a collection only where they observe something. */
  private readonly collections: Observable[]
  private readonly uncounted = new Map<Attributes, number>()
  private readonly count = (): void => {
    for (const [attributes, messages] of this.uncounted) this.counter.add(messages, attributes)
    this.uncounted.clear()
  }

  constructor(meter: Meter) {
    this.meter = meter
    this.counter = meter.createCounter('messaging.client.sent.messages', {
      description: 'Number of messages producer attempted to send to the broker.',
      unit: '{message}',
    })
    this.collections = [meter.createObservableGauge('kafka.producer.collections')]
    meter.addBatchObservableCallback(this.count, this.collections)
  }

  /** So many were sent. The object is the same for the same attributes, or theirs alone. */
  add(messages: number, attributes: Attributes): void {
    if (this.uncounted.size >= MOST_UNCOUNTED) this.count()
    this.uncounted.set(attributes, (this.uncounted.get(attributes) ?? 0) + messages)
  }

  /** The producer has closed. */
  stop(): void {
    this.count()
    this.meter.removeBatchObservableCallback(this.count, this.collections)
  }
}
