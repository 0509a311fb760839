import type { Reader } from '../primitives/reader.ts'
import type { Writer } from '../primitives/writer.ts'
import { defineApi, type ServerApi } from '../serverApi.ts'

/** What a client tells of itself and of the cluster that it expects (KIP-511, KIP-1242). */
export interface ApiVersionsRequest {
  /** Name of the client library; version 3 up. `[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?` */
  readonly clientSoftwareName: string
  /** Its version, of the same characters; version 3 up. */
  readonly clientSoftwareVersion: string
  /** The cluster that the client means to talk to; null when it knows none. Version 5 up. */
  readonly clusterId: string | null
  /** The broker that the client means to talk to; -1 when it knows none. Version 5 up. */
  readonly nodeId: number
}

/** The versions of one API that a broker speaks. */
export interface ApiVersionRange {
  /** API key. */
  readonly apiKey: number
  /** Lowest version. */
  readonly minVersion: number
  /** Highest version. */
  readonly maxVersion: number
}

/** The levels of a feature that a broker supports (KIP-584). */
export interface SupportedFeature {
  /** Name, for example `transaction.version`. */
  readonly name: string
  /** Lowest level. */
  readonly minVersion: number
  /** Highest level. */
  readonly maxVersion: number
}

/** The levels of a feature that the cluster has agreed on (KIP-584). */
export interface FinalizedFeature {
  /** Name, for example `transaction.version`. */
  readonly name: string
  /** Highest level. */
  readonly maxVersionLevel: number
  /** Lowest level. */
  readonly minVersionLevel: number
}

/** What a broker speaks. */
export interface ApiVersionsResponse {
  /** Kafka's error number. With `UNSUPPORTED_VERSION` the body has the form of version 0. */
  readonly errorCode: number
  /** One entry for each API. */
  readonly apiKeys: readonly ApiVersionRange[]
  /** Time that the client is asked to wait, in ms; 0 in version 0. */
  readonly throttleTimeMs: number
  /** Version 3 up. */
  readonly supportedFeatures: readonly SupportedFeature[]
  /** Grows with each change of the finalized features; -1 when unknown. Version 3 up. */
  readonly finalizedFeaturesEpoch: bigint
  /** Version 3 up; meaningless while the epoch is -1. */
  readonly finalizedFeatures: readonly FinalizedFeature[]
  /** Whether the controller may migrate from ZooKeeper (KIP-866). Version 3 up. */
  readonly zkMigrationReady: boolean
}

const unsupportedVersion = 35

/**
 * ApiVersions (KIP-35): the first request on every connection. Its response always has a header of version 0, and a
 * broker that does not know the version of the request answers `UNSUPPORTED_VERSION` in the form of version 0.
 */
export const apiVersions: ServerApi<ApiVersionsRequest, ApiVersionsResponse> = defineApi({
  name: 'ApiVersions',
  key: 18,
  minVersion: 0,
  maxVersion: 5,
  flexibleFrom: 3,
  writeRequest(writer, body, version) {
    if (version >= 3) {
      writer.string(body.clientSoftwareName)
      writer.string(body.clientSoftwareVersion)
    }
    if (version >= 5) {
      writer.nullableString(body.clusterId)
      writer.int32(body.nodeId)
    }
    writer.tags()
  },
  readRequest(reader, version) {
    const body = {
      clientSoftwareName: version >= 3 ? reader.string() : '',
      clientSoftwareVersion: version >= 3 ? reader.string() : '',
      clusterId: version >= 5 ? reader.nullableString() : null,
      nodeId: version >= 5 ? reader.int32() : -1,
    }
    reader.tags()
    return body
  },
  writeResponse,
  readResponse,
})

function writeResponse(writer: Writer, body: ApiVersionsResponse, version: number): void {
  writer.int16(body.errorCode)
  writer.array(body.apiKeys, (api) => {
    writer.int16(api.apiKey)
    writer.int16(api.minVersion)
    writer.int16(api.maxVersion)
    writer.tags()
  })
  if (version >= 1) writer.int32(body.throttleTimeMs)
  writer.tags([
    {
      tag: 0,
      absent: body.supportedFeatures.length === 0,
      write: () =>
        writer.array(body.supportedFeatures, (feature) => {
          writer.string(feature.name)
          writer.int16(feature.minVersion)
          writer.int16(feature.maxVersion)
          writer.tags()
        }),
    },
    { tag: 1, absent: body.finalizedFeaturesEpoch === -1n, write: () => writer.int64(body.finalizedFeaturesEpoch) },
    {
      tag: 2,
      absent: body.finalizedFeatures.length === 0,
      write: () =>
        writer.array(body.finalizedFeatures, (feature) => {
          writer.string(feature.name)
          writer.int16(feature.maxVersionLevel)
          writer.int16(feature.minVersionLevel)
          writer.tags()
        }),
    },
    { tag: 3, absent: !body.zkMigrationReady, write: () => writer.boolean(true) },
  ])
}

function readResponse(reader: Reader, version: number): ApiVersionsResponse {
  const errorCode = reader.int16()
  if (errorCode === unsupportedVersion && version > 0) return readVersion0(reader)
  const apiKeys = reader.array(6, () => readRange(reader))
  const throttleTimeMs = version >= 1 ? reader.int32() : 0
  let supportedFeatures: SupportedFeature[] = []
  let finalizedFeaturesEpoch = -1n
  let finalizedFeatures: FinalizedFeature[] = []
  let zkMigrationReady = false
  reader.tags((tag) => {
    if (tag === 0) supportedFeatures = reader.array(6, () => readSupported(reader))
    else if (tag === 1) finalizedFeaturesEpoch = reader.int64()
    else if (tag === 2) finalizedFeatures = reader.array(6, () => readFinalized(reader))
    else if (tag === 3) zkMigrationReady = reader.boolean()
    return tag <= 3
  })
  return {
    errorCode,
    apiKeys,
    throttleTimeMs,
    supportedFeatures,
    finalizedFeaturesEpoch,
    finalizedFeatures,
    zkMigrationReady,
  }
}

function readVersion0(reader: Reader): ApiVersionsResponse {
  reader.flexible = false
  return {
    errorCode: unsupportedVersion,
    apiKeys: reader.array(6, () => readRange(reader)),
    throttleTimeMs: 0,
    supportedFeatures: [],
    finalizedFeaturesEpoch: -1n,
    finalizedFeatures: [],
    zkMigrationReady: false,
  }
}

function readRange(reader: Reader): ApiVersionRange {
  const range = { apiKey: reader.int16(), minVersion: reader.int16(), maxVersion: reader.int16() }
  reader.tags()
  return range
}

function readSupported(reader: Reader): SupportedFeature {
  const feature = { name: reader.string(), minVersion: reader.int16(), maxVersion: reader.int16() }
  reader.tags()
  return feature
}

function readFinalized(reader: Reader): FinalizedFeature {
  const feature = { name: reader.string(), maxVersionLevel: reader.int16(), minVersionLevel: reader.int16() }
  reader.tags()
  return feature
}
