import type { KafkaError, RecordMetadata } from '@posthorn/contracts'
import type { ClusterOptions } from '@posthorn/testkit'
import { type Cluster, createCluster, seededRandom, VirtualClock } from '@posthorn/testkit'
import type { TransactionOptions, Transactions } from '@posthorn/transactions'
import { transactions } from '@posthorn/transactions'
import type { Producer, ProducerOptions } from 'posthorn'
import { createProducer } from 'posthorn'

type Bytes = Uint8Array | string
export type TransactionalProducer = Producer<Bytes, Bytes, Transactions>
type Options = Partial<Omit<ProducerOptions<Bytes, Bytes, Transactions>, keyof TransactionOptions> & TransactionOptions>

/** Reads how a promise stands without waiting for it. */
export interface Watched {
  state: 'pending' | 'resolved' | 'rejected'
  error: KafkaError | null
}

/** Watches a promise; a rejection counts as handled. */
export function watch(promise: Promise<unknown>): Watched {
  const watched: Watched = { state: 'pending', error: null }
  promise.then(
    () => {
      watched.state = 'resolved'
    },
    (error: unknown) => {
      watched.state = 'rejected'
      watched.error = error as KafkaError
    },
  )
  return watched
}

/** A cluster and transactional producers of it, on one virtual clock. */
export class Stage {
  readonly clock: VirtualClock = new VirtualClock()
  readonly cluster: Cluster
  readonly warnings: string[] = []
  private readonly random = seededRandom(1)

  constructor(options: ClusterOptions = {}) {
    const { clock, random } = this
    this.cluster = createCluster({ brokers: 3, topics: { orders: 3 }, latencyMs: 1, ...options, clock, random })
  }

  /** A producer with the transactional id `billing`, unless told otherwise. */
  producer({ transactionalId = 'billing', transactionTimeoutMs, ...options }: Options = {}): TransactionalProducer {
    const { cluster, clock, random } = this
    const note = (message: string): void => void this.warnings.push(message)
    return createProducer<Bytes, Bytes, Transactions>({
      bootstrapServers: cluster.bootstrapServers,
      transport: cluster.transport(),
      delivery: transactions({ transactionalId, transactionTimeoutMs }),
      lingerMs: 0,
      clock,
      random,
      logger: { debug: () => {}, info: () => {}, warn: note, error: note },
      ...options,
    })
  }

  /** A producer that is ready to begin. */
  async ready(options?: Options): Promise<TransactionalProducer> {
    const producer = this.producer(options)
    await this.until(producer.delivery.init())
    return producer
  }

  /** Runs virtual time until the promise settles. */
  until<T>(promise: Promise<T>, limitMs = 600_000): Promise<T> {
    return this.clock.runUntil(promise, { limitMs })
  }

  /** Runs virtual time until the promise rejects; gives the reason. */
  async failure(promise: Promise<unknown>, limitMs = 600_000): Promise<KafkaError> {
    const outcome = await this.until(
      promise.then(
        () => null,
        (error: unknown) => error as KafkaError,
      ),
      limitMs,
    )
    if (outcome === null) throw new Error('the promise was to reject, but it resolved')
    return outcome
  }

  /** Lets `ms` go by. */
  advance(ms: number): Promise<void> {
    return this.clock.advance(ms)
  }

  /** What readers of committed records see in `orders`, or, told so, all readers. */
  visible(isolation: 'read_committed' | 'read_uncommitted' = 'read_committed', topic = 'orders'): string[] {
    const decoder = new TextDecoder()
    return this.cluster.records(topic, undefined, { isolation }).map(({ value }) => decoder.decode(value ?? undefined))
  }

  /** Names of the requests since the last call, without those that every producer sends; each with its version. */
  requests(): string[] {
    const names = this.cluster.history.map(({ apiName, version }) => `${apiName} v${version}`)
    this.cluster.clearHistory()
    return names.filter((name) => !/^(ApiVersions|Metadata) /.test(name))
  }

  /** Decoded bodies of one API's requests so far. */
  bodies<T>(api: string): T[] {
    return this.cluster.history.filter(({ apiName }) => apiName === api).map(({ body }) => body as T)
  }
}

/** Sends a value to a partition of `orders`. */
export function send(producer: TransactionalProducer, value: string, partition = 0): Promise<RecordMetadata> {
  return producer.send({ topic: 'orders', partition, value })
}

/** The same, watched. */
export function sendWatched(producer: TransactionalProducer, value: string, partition = 0): Watched {
  return watch(send(producer, value, partition))
}
