/** Numeric settings: the Java client's (4.4) names in camelCase, with its defaults. Times in ms, sizes in bytes. */
export interface ProducerSettings {
  /** `retries`: how often a batch may be sent again. 0 to 2147483647, default 2147483647. */
  readonly retries: number
  /** `delivery.timeout.ms`: from `send` taking a record into a batch to its outcome. Default 120000. */
  readonly deliveryTimeoutMs: number
  /** `request.timeout.ms`: wait for one answer; also the broker's time to replicate. At least 1, default 30000. */
  readonly requestTimeoutMs: number
  /** `max.block.ms`: how long a `send` may wait for metadata and memory. Default 60000. */
  readonly maxBlockMs: number
  /** `linger.ms`: how long a batch waits for more records. Default 5. */
  readonly lingerMs: number
  /** `batch.size`: bytes that a batch aims at; 0 sends each record by itself. Default 16384. */
  readonly batchSize: number
  /** `buffer.memory`: bytes for batches not yet settled. Default 33554432. */
  readonly bufferMemory: number
  /**
   * Records in batches not yet settled; beyond it, `send` waits as it does for memory. Posthorn's own: each record costs
   * a promise beside its bytes, and small records are many before they fill `bufferMemory`. 1 to 2147483647, default
   * 100000.
   */
  readonly maxBufferedRecords: number
  /**
   * Bytes of records in `send` calls that wait for metadata, memory or an asynchronous serializer; beyond it, `send`
   * fails with `BUFFER_EXHAUSTED` at once. Posthorn's own (a waiting Java thread holds one record). Default
   * `bufferMemory`.
   */
  readonly maxWaitingBytes: number
  /** `max.request.size`: largest request, and largest record before compression. Default 1048576. */
  readonly maxRequestSize: number
  /** `max.in.flight.requests.per.connection`. At least 1, default 5. */
  readonly maxInFlightRequestsPerConnection: number
  /** `retry.backoff.ms`: first wait before sending again. Default 100. */
  readonly retryBackoffMs: number
  /** `retry.backoff.max.ms`: longest such wait. Default 1000. */
  readonly retryBackoffMaxMs: number
  /** `reconnect.backoff.ms`: first wait before connecting again. Default 50. */
  readonly reconnectBackoffMs: number
  /** `reconnect.backoff.max.ms`: longest such wait. Default 1000. */
  readonly reconnectBackoffMaxMs: number
  /** `socket.connection.setup.timeout.ms`: first limit for setting up a connection. Default 10000. */
  readonly socketConnectionSetupTimeoutMs: number
  /** `socket.connection.setup.timeout.max.ms`: highest such limit. Default 30000. */
  readonly socketConnectionSetupTimeoutMaxMs: number
  /** `connections.max.idle.ms`: idle connections are closed after this; -1 never. Default 540000. */
  readonly connectionsMaxIdleMs: number
  /** `metadata.max.age.ms`: metadata is refreshed after this. Default 300000. */
  readonly metadataMaxAgeMs: number
  /** `metadata.max.idle.ms`: topics unused for this long are forgotten. At least 5000, default 300000. */
  readonly metadataMaxIdleMs: number
  /**
   * `metadata.recovery.rebootstrap.trigger.ms`: with recovery by rebootstrap, how long metadata may be wanted in vain
   * before all connections are closed and the bootstrap addresses are asked again (KIP-1102). Default 300000.
   */
  readonly metadataRecoveryRebootstrapTriggerMs: number
  /**
   * `bootstrap.resolve.timeout.ms`: how long none of the bootstrap names may be resolvable before the producer gives up:
   * every call then fails with `BOOTSTRAP_RESOLUTION_FAILED` (KIP-909). 0 (default): never; they are tried on and on.
   */
  readonly bootstrapResolveTimeoutMs: number
  /**
   * `partitioner.availability.timeout.ms`: a broker that has had data waiting for longer counts as unavailable to the
   * partitioner (KIP-794); 0 is off. Default 0.
   */
  readonly partitionerAvailabilityTimeoutMs: number
  /** `metrics.num.samples`: windows that rates, averages and maxima cover. At least 1, default 2. */
  readonly metricsNumSamples: number
  /** `metrics.sample.window.ms`: length of such a window. At least 1, default 30000. */
  readonly metricsSampleWindowMs: number
}

/** How a number is checked. */
export interface NumberRule {
  readonly default: number
  readonly min: number
  readonly max: number
}

const INT32_MAX = 2_147_483_647
const milliseconds = (value: number, min = 0): NumberRule => ({ default: value, min, max: Number.MAX_SAFE_INTEGER })
const count = (value: number, min: number): NumberRule => ({ default: value, min, max: INT32_MAX })

/** Default and range of every numeric setting. `maxWaitingBytes` defaults to `bufferMemory`. */
export const numberRules: Readonly<Record<keyof ProducerSettings, NumberRule>> = {
  retries: count(INT32_MAX, 0),
  deliveryTimeoutMs: { default: 120_000, min: 0, max: INT32_MAX },
  requestTimeoutMs: { default: 30_000, min: 1, max: INT32_MAX },
  maxBlockMs: milliseconds(60_000),
  lingerMs: milliseconds(5),
  batchSize: { default: 16_384, min: 0, max: 1_073_741_824 },
  bufferMemory: { default: 33_554_432, min: 1, max: Number.MAX_SAFE_INTEGER },
  maxBufferedRecords: count(100_000, 1),
  maxWaitingBytes: { default: Number.NaN, min: 0, max: Number.MAX_SAFE_INTEGER },
  maxRequestSize: count(1_048_576, 1),
  maxInFlightRequestsPerConnection: count(5, 1),
  retryBackoffMs: milliseconds(100),
  retryBackoffMaxMs: milliseconds(1000),
  reconnectBackoffMs: milliseconds(50),
  reconnectBackoffMaxMs: milliseconds(1000),
  socketConnectionSetupTimeoutMs: milliseconds(10_000, 1),
  socketConnectionSetupTimeoutMaxMs: milliseconds(30_000, 1),
  connectionsMaxIdleMs: milliseconds(540_000, -1),
  metadataMaxAgeMs: milliseconds(300_000),
  metadataMaxIdleMs: milliseconds(300_000, 5000),
  metadataRecoveryRebootstrapTriggerMs: milliseconds(300_000),
  bootstrapResolveTimeoutMs: milliseconds(0),
  partitionerAvailabilityTimeoutMs: milliseconds(0),
  metricsNumSamples: count(2, 1),
  metricsSampleWindowMs: milliseconds(30_000, 1),
}
