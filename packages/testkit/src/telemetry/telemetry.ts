import type { Clock } from '@posthorn/contracts'
import { ErrorCode, readUuid, UUID_BYTES, ZERO_UUID } from '@posthorn/protocol'

/** What a cluster wants of its clients (KIP-714), as an operator sets it with `kafka-client-metrics`. */
export interface TelemetrySubscription {
  /** `metrics`: beginnings of names; none for no metrics, `*` for all. Default all. */
  readonly metrics?: readonly string[] | undefined
  /** `interval.ms`: time between pushes. Default 300000. */
  readonly pushIntervalMs?: number | undefined
  /** Whether totals are told since the last push. Default true, as in Kafka. */
  readonly deltaTemporality?: boolean | undefined
  /** Kafka's ids of the codecs that are accepted, the most welcome first. Default zstd, lz4, gzip, snappy: 4, 3, 1, 2. */
  readonly acceptedCompressionTypes?: readonly number[] | undefined
  /** `telemetry.max.bytes`. Default 1048576. */
  readonly maxBytes?: number | undefined
}

/** Metrics that a client has pushed. */
export interface TelemetryPush {
  /** The broker that got it. */
  readonly broker: number
  /** When, on the cluster's clock, in ms. */
  readonly atMs: number
  /** Who sent it. */
  readonly clientInstanceId: string
  /** Whether the client was about to close. */
  readonly terminating: boolean
  /** Kafka's id of the codec. */
  readonly compressionType: number
  /** As they came: protobuf, compressed. */
  readonly metrics: Uint8Array
}

type Settled = { readonly [Key in keyof TelemetrySubscription]-?: NonNullable<TelemetrySubscription[Key]> }

interface Instance {
  askedMs: number
  pushedMs: number
  /** The first push after a subscription need not wait: clients put it off by chance. */
  hasPushed: boolean
  /** After an error that only a new subscription mends, one may be asked for at once. */
  mayAsk: boolean
  terminating: boolean
}

/** Client instances that are remembered, as many as Kafka does. */
const MOST_INSTANCES = 16_384

/** The subscription, who has come for it, and what was pushed. */
export class Telemetry {
  readonly pushes: TelemetryPush[] = []
  #subscription: Settled
  #id = 0
  readonly #clock: Clock
  readonly #random: () => number
  readonly #historyLimit: number
  readonly #instances = new Map<string, Instance>()

  constructor(
    subscription: TelemetrySubscription,
    settings: { readonly clock: Clock; readonly random: () => number; readonly historyLimit: number },
  ) {
    this.#clock = settings.clock
    this.#random = settings.random
    this.#historyLimit = settings.historyLimit
    this.#subscription = this.subscribe(subscription)
  }

  /** The subscription in force, and its id. */
  get subscription(): Settled & { readonly id: number } {
    return { ...this.#subscription, id: this.#id }
  }

  /** Another subscription: pushes of the one before are refused. */
  subscribe(subscription: TelemetrySubscription): Telemetry['subscription'] {
    this.#id++
    this.#subscription = {
      metrics: subscription.metrics ?? ['*'],
      pushIntervalMs: subscription.pushIntervalMs ?? 300_000,
      deltaTemporality: subscription.deltaTemporality ?? true,
      acceptedCompressionTypes: subscription.acceptedCompressionTypes ?? [4, 3, 1, 2],
      maxBytes: subscription.maxBytes ?? 1_048_576,
    }
    return this.subscription
  }

  /** Whether the client may have its subscription now: Kafka's error number. The id is made for one that has none. */
  ask(given: string): { readonly errorCode: number; readonly clientInstanceId: string } {
    const clientInstanceId = given === ZERO_UUID ? this.#uuid() : given
    const now = this.#clock.now()
    const instance = this.#instances.get(clientInstanceId)
    if (instance === undefined) {
      this.#instances.set(clientInstanceId, {
        askedMs: now,
        pushedMs: Number.NEGATIVE_INFINITY,
        hasPushed: false,
        mayAsk: false,
        terminating: false,
      })
      const [oldest] = this.#instances.keys()
      if (this.#instances.size > MOST_INSTANCES) this.#instances.delete(oldest as string)
      return { errorCode: ErrorCode.NONE, clientInstanceId }
    }
    const tooEarly = now - instance.askedMs < this.#subscription.pushIntervalMs && !instance.mayAsk
    if (tooEarly) return { errorCode: ErrorCode.THROTTLING_QUOTA_EXCEEDED, clientInstanceId }
    instance.askedMs = now
    instance.mayAsk = false
    instance.hasPushed = false
    return { errorCode: ErrorCode.NONE, clientInstanceId }
  }

  /** Takes a push, or says why not: Kafka's error number. */
  push(subscriptionId: number, push: TelemetryPush): number {
    const instance = this.#instances.get(push.clientInstanceId)
    if (instance === undefined || instance.terminating) return ErrorCode.INVALID_REQUEST
    const { pushIntervalMs, acceptedCompressionTypes, maxBytes } = this.#subscription
    const early = instance.hasPushed && push.atMs - instance.pushedMs < pushIntervalMs
    if (early && !push.terminating) return ErrorCode.THROTTLING_QUOTA_EXCEEDED
    instance.pushedMs = push.atMs
    instance.hasPushed = true
    instance.terminating = push.terminating
    instance.mayAsk = true
    if (subscriptionId !== this.#id) return ErrorCode.UNKNOWN_SUBSCRIPTION_ID
    const { compressionType } = push
    if (compressionType !== 0 && !acceptedCompressionTypes.includes(compressionType)) {
      return ErrorCode.UNSUPPORTED_COMPRESSION_TYPE
    }
    instance.mayAsk = false
    if (push.metrics.length > maxBytes) return ErrorCode.TELEMETRY_TOO_LARGE
    this.pushes.push(push)
    if (this.pushes.length > this.#historyLimit) this.pushes.shift()
    return ErrorCode.NONE
  }

  #uuid(): string {
    const bytes = new Uint8Array(UUID_BYTES)
    for (let i = 0; i < UUID_BYTES; i++) bytes[i] = Math.floor(this.#random() * 256)
    return readUuid(bytes, 0)
  }
}
