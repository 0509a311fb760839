import { AuthenticationError, KafkaError, noopLogger } from '@posthorn/contracts'
import { DEFAULT_MAX_FRAME_BYTES } from '@posthorn/protocol'
import { RecordAccumulator } from './accumulator/accumulator.ts'
import type { DeliveryCallback, Resolve } from './accumulator/answers.ts'
import { AnswerKind } from './accumulator/answers.ts'
import { failedRecord } from './accumulator/deliveredRecord.ts'
import { checkParts } from './config/checkParts.ts'
import { closeAll, makePlugins } from './config/makePlugins.ts'
import type { ProducerOptions } from './config/options.ts'
import { resolveConfig } from './config/resolveConfig.ts'
import { sortHooks } from './hooks/hookSet.ts'
import { gauges } from './metrics/gauges.ts'
import { ProducerMetrics } from './metrics/producerMetrics.ts'
import { Metadata } from './metadata/metadata.ts'
import { MetadataUpdater } from './metadata/metadataUpdater.ts'
import type { TopicInfo } from './metadata/topicInfo.ts'
import { BootstrapResolution } from './network/bootstrapResolution.ts'
import { NetworkClient } from './network/networkClient.ts'
import { Appending } from './producer/appending.ts'
import { DirectAppend, DIRECT_OVERHEAD } from './producer/directAppend.ts'
import { Interceptors } from './producer/interceptors.ts'
import { KafkaProducer } from './producer/kafkaProducer.ts'
import { Lifecycle } from './producer/lifecycle.ts'
import { MetadataWaits } from './producer/metadataWaits.ts'
import type { PendingSend } from './producer/pendingSend.ts'
import { Placement } from './producer/placement.ts'
import type { Producer } from './producer/producer.ts'
import { Serialization } from './producer/serialization.ts'
import { WaitingRoom } from './producer/waitingRoom.ts'
import { BatchCompletion } from './sender/batchCompletion.ts'
import { ControlRequests } from './sender/controlRequests.ts'
import { GuardProxy } from './sender/guardProxy.ts'
import { OldBrokers } from './sender/oldBrokers.ts'
import { ProduceExchange } from './sender/produceExchange.ts'
import type { SealListener } from './sender/sealer.ts'
import { Sealer } from './sender/sealer.ts'
import { Sender } from './sender/sender.ts'
import { SenderControl } from './sender/senderControl.ts'
import { SenderLoop } from './sender/senderLoop.ts'
import { burstClock } from './time/burstClock.ts'
import type { TopicState } from './topics/topicState.ts'
import { Topics } from './topics/topics.ts'
import { Rejections } from './values/rejections.ts'
import { software } from './version.ts'

/**
 * Assembles a producer from parts. Checks the options at once and throws a `ConfigError` that names key, value and
 * expectation; connects when there is something to send.
 */
export function createProducer<K = Uint8Array | string, V = Uint8Array | string, Handle = undefined>(
  options: ProducerOptions<K, V, Handle>,
): Producer<K, V, Handle> {
  checkParts(options)
  // eslint-disable-next-line no-restricted-properties -- the one place where core meets the system's randomness
  const random = (options as Partial<ProducerOptions<K, V, Handle>> | undefined)?.random ?? Math.random
  const config = resolveConfig(options, `producer-${Math.floor(random() * 0x7fffffff)}`)
  const clock = options.clock ?? burstClock()
  const logger = options.logger ?? noopLogger
  const { clientId } = config
  const plugins = makePlugins(options, config, { clock, random, logger, clientId })
  const { guard: deliveryGuard, handle } = plugins.delivery ?? { guard: null, handle: undefined as Handle }
  const guard = deliveryGuard === null ? null : new GuardProxy(deliveryGuard, logger)
  const hooks = sortHooks(plugins.hooks, logger)
  const metrics = new ProducerMetrics(clientId, clock, config)
  const interceptors = new Interceptors(plugins.interceptors, logger)
  const rejections = new Rejections()

  // Parts that need one another get closures; nothing runs before all of them are there.
  const wake = (): void => loop.wake()
  const loop: SenderLoop = new SenderLoop(clock, logger, {
    runOnce: (now) => sender.runOnce(now),
    isIdle: () => isIdle(),
  })
  const topics = new Topics(plugins.partitioner, config)
  const accumulator: RecordAccumulator = new RecordAccumulator(config, clock, loop, {
    onOpened: (queue) => {
      metadata.use(queue.topic, clock.now())
      guard?.onOpened(queue)
    },
    onMemoryFreed: () => waitingRoom.onMemoryFreed(),
  })
  const { readiness } = accumulator
  const metadata = new Metadata(config, random, {
    onTopic: (info) => onTopic(info),
    onIdle: (topic) => topics.forget(topic),
    onUpdate: hooks.onMetadata,
  })
  const resolution = new BootstrapResolution(config.bootstrapServers.length, config.bootstrapResolveTimeoutMs)
  const client = new NetworkClient({
    transport: plugins.transport,
    sasl: plugins.sasl,
    clock,
    clientId,
    software,
    requestTimeoutMs: config.requestTimeoutMs,
    maxResponseBytes: DEFAULT_MAX_FRAME_BYTES,
    settings: config,
    compatibility: plugins.legacyBrokers,
    random,
    hooks,
    metrics,
    logger,
    listener: {
      wake,
      onConnect: () => resolution.onConnect(),
      onDisconnect: (nodeId, error) => onDisconnect(nodeId, error),
    },
  })
  const updater = new MetadataUpdater({
    ...config,
    client,
    metadata,
    clock,
    logger,
    onFatal: (error) => onFatal(error),
  })
  const requests = new ControlRequests({ client, clock, clientId, requestTimeoutMs: config.requestTimeoutMs, wake })
  const sealListener: SealListener = {
    onSealed: (batch) => {
      accumulator.reclaim(batch)
      readiness.offer(batch.partition)
    },
    onSealFailed: (batch, error) => {
      completion.refuse(batch, { errorCode: -1, error, logStartOffset: -1n, uncertain: false })
      accumulator.reclaim(batch)
    },
    onRoom: wake,
  }
  const { codec, legacyBrokers: compatibility } = plugins
  const sealer = new Sealer({
    codec,
    checksum: plugins.checksum,
    hooks,
    logger,
    listener: sealListener,
    clock,
    rooms: accumulator.rooms,
  })
  const oldBrokers =
    compatibility === null
      ? null
      : new OldBrokers({ compatibility, client, codec, guarded: guard !== null, clientId, listener: sealListener })
  const completion = new BatchCompletion({
    accumulator,
    guard,
    settings: config,
    clock,
    random,
    hooks,
    codecName: sealer.codecName,
    metrics,
    acknowledgements: interceptors,
    requestMetadata: () => metadata.requestUpdate(),
  })
  const now = (): number => clock.now()
  const exchange = new ProduceExchange({
    client,
    metadata,
    accumulator,
    completion,
    oldBrokers,
    clientId,
    metrics,
    settings: config,
    now,
  })
  const placement = new Placement(plugins.partitioner.name, logger)
  const appending = new Appending({
    settings: config,
    clock,
    topics,
    metadata,
    accumulator,
    placement,
    wake,
  })
  const waitingRoom = new WaitingRoom({
    clock,
    topics,
    accumulator,
    maxWaitingBytes: config.maxWaitingBytes,
    maxBufferedRecords: config.maxBufferedRecords,
    maxBlockMs: config.maxBlockMs,
    metrics,
    append: (topic, send, mayAllocate) => appending.retry(topic, send, mayAllocate),
    fail: (send, error) => failSend(send, error, interceptors, metrics, guard, rejections),
    lastTrouble: (topic) => troubleWith(topic, client),
    wakeAt: (ms) => loop.wakeAt(ms),
  })
  appending.attach(waitingRoom)
  const serialization = new Serialization(plugins.keySerializer, plugins.valueSerializer)
  const { maxRequestSize, bufferMemory } = config
  const direct =
    interceptors.watchAll || serialization.isNeeded
      ? null
      : new DirectAppend({
          clock,
          topics,
          accumulator,
          placement,
          room: waitingRoom,
          mostBytes: Math.min(maxRequestSize, bufferMemory, accumulator.pool.poolableBytes) - DIRECT_OVERHEAD,
        })
  const metadataWaits = new MetadataWaits(metadata, clock, config.maxBlockMs, wake)
  const sender: Sender = new Sender({
    readiness,
    sealer,
    guard,
    oldBrokers,
    maxRequestSize: config.maxRequestSize,
    accumulator,
    client,
    metadata,
    updater,
    completion,
    exchange,
    metrics,
    requests,
    expireWaiting: (at) =>
      Math.min(
        waitingRoom.expire(at),
        metadataWaits.expire(at, (topic) => troubleWith(topic, client)),
      ),
  })
  const control = new SenderControl({
    clock,
    random,
    settings: config,
    accumulator,
    completion,
    metadata,
    requests,
    client,
    flush: () => lifecycle.flush(),
    wake,
    failWaiting: (error) => waitingRoom.failAll(() => error),
  })
  const lifecycle = new Lifecycle({
    clock,
    logger,
    accumulator,
    completion,
    waitingRoom,
    metrics,
    guard,
    hooks,
    failWaits: (error) => {
      control.close(error)
      metadataWaits.failAll(error)
    },
    dismantle: () => {
      loop.stop()
      client.close()
      const closers = [
        () => guard?.guard.close(),
        () => plugins.transport.close?.(),
        () => plugins.sasl?.close?.(),
        () => plugins.codec?.close?.(),
        () => plugins.partitioner.close?.(),
        ...serialization.closers(),
        ...interceptors.closers(),
        () => hooks.onClose?.(),
        () => metrics.close(),
      ]
      closeAll(closers, (error) => logger.error('a plugin threw when it was closed', { error }))
    },
  })

  function onTopic(info: TopicInfo): void {
    const topic = topics.known(info.name)
    if (topic === undefined) return
    topic.update(info, readiness, accumulator.slots)
    metadataWaits.onTopic(topic, info)
    if (info.error === null || info.error.retriable) {
      waitingRoom.advance(topic)
      return
    }
    // It will not get better by waiting. The next send asks afresh (MDT-14), also one in a callback of those that fail.
    topic.forget()
    metadata.forget(info.name)
    waitingRoom.failTopic(topic, info.error)
  }

  function onDisconnect(nodeId: number, error: KafkaError | null): void {
    metadata.requestUpdate()
    if (error !== null) requests.onDisconnect(nodeId, error)
    if (error instanceof AuthenticationError) onFatal(error)
    const fatal = error !== null && nodeId < 0 ? resolution.onFailure(nodeId, error, clock.now()) : null
    if (fatal !== null) endBy(fatal)
  }

  /** Nothing will work any more but `close`. */
  function endBy(error: KafkaError): void {
    lifecycle.refuse(error)
    requests.failAll(error)
    metadataWaits.failAll(error)
    waitingRoom.failAll(() => error)
  }

  /** What waits for metadata fails, once; the next send asks anew (MDT-17). */
  function onFatal(error: KafkaError): void {
    metadataWaits.failAll(error)
    for (const topic of topics) if (topic.info === null) waitingRoom.failTopic(topic, error)
  }

  function isIdle(): boolean {
    return accumulator.incomplete.size === 0 && waitingRoom.size === 0 && metadataWaits.size === 0 && !requests.busy
  }

  metrics.watch(gauges({ clock, client, metadata, pool: accumulator.pool, waitingRoom }))
  guard?.guard.attach(control)
  hooks.onStart?.({
    metrics: () => metrics.all(),
    maxVersion: (apiKey, nodeId) => control.maxVersion(apiKey, nodeId),
    request: (api, body, to, signal) => control.request(api, body, to, signal),
  })
  return new KafkaProducer<K, V, Handle>({
    clientId,
    delivery: handle,
    clock,
    appending,
    direct,
    waitingRoom,
    metadataWaits,
    interceptors,
    serialization,
    lifecycle,
    metrics,
    guard,
    rejections,
  })
}

function failSend(
  send: PendingSend,
  reason: unknown,
  interceptors: Interceptors,
  metrics: ProducerMetrics,
  guard: GuardProxy | null,
  rejections: Rejections,
): void {
  metrics.onError(send.topic, 1)
  // The reason of a caller's own signal is no failure.
  const error = guard !== null && reason instanceof KafkaError ? guard.onRefused(reason) : reason
  const { record, topic, partition } = send
  if (record !== null) interceptors.onAcknowledgement(record, failedRecord(topic, partition), error as KafkaError)
  if (send.kind === AnswerKind.resolve) (send.answer as Resolve)(rejections.shared(error))
  else if (send.kind === AnswerKind.callback) {
    try {
      ;(send.answer as DeliveryCallback)(error as KafkaError, failedRecord(topic, partition))
    } catch (thrown) {
      interceptors.onCallbackError(thrown)
    }
  }
}

/** The latest error that may explain why nothing is known of a topic. */
function troubleWith(topic: TopicState, client: NetworkClient): KafkaError | null {
  return topic.info?.error ?? client.lastError
}
