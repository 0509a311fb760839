import type { ByteSink, Connection, OldProduceRequest, Plugin, Transport } from '@posthorn/contracts'
import { apiVersions, encodeResponse, FrameSplitter, metadata, readRequestHeader, Reader } from '@posthorn/protocol'
import type { FramedApi } from '@posthorn/protocol'
import { oldProduce } from '../../src/oldProduce.ts'

/** How one broker of an {@link OldCluster} is. */
export interface OldBrokerOptions {
  /** Highest version of Produce. Below 2 the broker does not tell its versions. */
  readonly produce: 0 | 1 | 2
  /** What it does when it is asked for versions that it does not tell. Default `hang up`. */
  readonly whenAsked?: 'hang up' | 'stay silent'
}

/** A request to Produce as a broker got it. */
export interface Produced extends OldProduceRequest {
  readonly nodeId: number
  readonly version: number
}

/** Brokers from before 0.11 in memory: a topic `t`, whose partition n is led by broker n. They store nothing. */
export class OldCluster {
  readonly brokers: OldBrokerOptions[]
  readonly produced: Produced[] = []
  /** API keys in the order of requests. */
  readonly asked: number[] = []
  /** Error number for a partition's next requests. */
  readonly errors: number[] = []

  private readonly ends = new Set<(error: Error | null) => void>()
  private refusals = 0

  constructor(...brokers: OldBrokerOptions[]) {
    this.brokers = brokers
  }

  /** Leads to broker n at port n + 1. */
  readonly transport: Plugin<Transport> = () => ({
    name: 'old',
    secure: false,
    connect: ({ port }, sink) =>
      this.refusals-- > 0 ? Promise.reject(new Error('refused')) : Promise.resolve(this.connection(port - 1, sink)),
  })

  /** Puts another broker in the place of one: all connections end, and the next attempt at one is refused. */
  replace(nodeId: number, broker: OldBrokerOptions): void {
    this.brokers[nodeId] = broker
    this.refusals = 1
    for (const end of this.ends) end(null)
  }

  private connection(nodeId: number, sink: ByteSink): Connection {
    const frames = new FrameSplitter(1 << 24)
    let open = true
    const end = (error: Error | null): void => {
      if (!open) return
      open = false
      this.ends.delete(end)
      queueMicrotask(() => sink.onClose(error))
    }
    this.ends.add(end)
    const onFrame = (frame: Uint8Array): void => {
      const answer = this.answer(nodeId, frame)
      if (answer === 'hang up') end(null)
      else if (answer !== null) queueMicrotask(() => open && sink.onData(answer))
    }
    return {
      write: (chunks, released) => {
        for (const chunk of chunks) if (open) frames.push(chunk, onFrame)
        queueMicrotask(released)
        return true
      },
      end: () => end(null),
      destroy: end,
    }
  }

  private answer(nodeId: number, frame: Uint8Array): Uint8Array | 'hang up' | null {
    const reader = new Reader(frame, 'request')
    const { apiKey, apiVersion, correlationId } = readRequestHeader(reader, flexibleFrom)
    this.asked.push(apiKey)
    const body = frame.slice(reader.offset)
    const reply = (api: FramedApi, version: number, bytes: Uint8Array): Uint8Array =>
      encodeResponse(api, version, correlationId, bytes)
    if (apiKey === apiVersions.key) {
      const answer = this.versions(nodeId, apiVersion)
      return answer instanceof Uint8Array ? reply(apiVersions, 0, answer) : answer
    }
    if (apiKey === metadata.key) return reply(metadata, apiVersion, this.metadata(body, apiVersion))
    const request = oldProduce.decodeRequest(body, apiVersion)
    this.produced.push({ ...request, nodeId, version: apiVersion })
    return request.acks === 0 ? null : reply(oldProduce, apiVersion, this.stored(request, apiVersion))
  }

  private versions(nodeId: number, version: number): Uint8Array | 'hang up' | null {
    const { produce, whenAsked = 'hang up' } = this.brokers[nodeId] as OldBrokerOptions
    if (produce < 2) return whenAsked === 'hang up' ? 'hang up' : null
    const apiKeys = [
      { apiKey: oldProduce.key, minVersion: 0, maxVersion: produce },
      { apiKey: metadata.key, minVersion: 0, maxVersion: 2 },
    ]
    const unknown = version > 0
    const rest = { throttleTimeMs: 0, supportedFeatures: [], finalizedFeaturesEpoch: -1n, finalizedFeatures: [] }
    const body = { ...rest, errorCode: unknown ? 35 : 0, apiKeys: unknown ? [] : apiKeys, zkMigrationReady: false }
    return apiVersions.encodeResponse(body, 0)
  }

  private metadata(body: Uint8Array, version: number): Uint8Array {
    const { topics } = metadata.decodeRequest(body, version)
    const nodes = this.brokers.map((_, nodeId) => nodeId)
    const partition = { errorCode: 0, leaderEpoch: -1, offlineReplicas: [] }
    const none = { topicId: '', isInternal: false, topicAuthorizedOperations: 0 }
    return metadata.encodeResponse(
      {
        throttleTimeMs: 0,
        brokers: nodes.map((nodeId) => ({ nodeId, host: 'b', port: nodeId + 1, rack: null })),
        clusterId: null,
        controllerId: 0,
        clusterAuthorizedOperations: 0,
        errorCode: 0,
        topics: (topics ?? []).map(({ name }) => ({
          ...none,
          name,
          errorCode: name === 't' ? 0 : 17,
          partitions: nodes
            .filter(() => name === 't')
            .map((id) => ({ ...partition, partitionIndex: id, leaderId: id, replicaNodes: [id], isrNodes: [id] })),
        })),
      },
      version,
    )
  }

  private stored({ topics }: OldProduceRequest, version: number): Uint8Array {
    return oldProduce.encodeResponse(
      {
        throttleTimeMs: 0,
        topics: topics.map(({ name, partitions }) => ({
          name,
          partitions: partitions.map(({ index }) => {
            const errorCode = this.errors.shift() ?? 0
            return { index, errorCode, baseOffset: errorCode === 0 ? 100n : -1n, logAppendTimeMs: -1 }
          }),
        })),
      },
      version,
    )
  }
}

function flexibleFrom(apiKey: number): number | undefined {
  return [apiVersions, metadata, oldProduce].find(({ key }) => key === apiKey)?.flexibleFrom
}
