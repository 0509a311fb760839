import { UnsupportedVersionError } from '@posthorn/contracts'

import type { Reader } from '../primitives/reader.ts'
import type { Writer } from '../primitives/writer.ts'
import { defineApi, type ServerApi } from '../serverApi.ts'

/** Asks which brokers look after groups or transactional ids. */
export interface FindCoordinatorRequest {
  /** 0 consumer group, 1 transactional id, 2 share group (version 6). Version 0 knows groups only. */
  readonly keyType: number
  /** Group or transactional ids. Exactly one below version 4 (KIP-699). */
  readonly keys: readonly string[]
}

/** Key types of {@link FindCoordinatorRequest}. */
export const CoordinatorType: { readonly GROUP: 0; readonly TRANSACTION: 1; readonly SHARE: 2 } = {
  GROUP: 0,
  TRANSACTION: 1,
  SHARE: 2,
}

/** The coordinators asked for. */
export interface FindCoordinatorResponse {
  /** Time that the client is asked to wait, in ms. Version 1 up. */
  readonly throttleTimeMs: number
  /** One for each key; exactly one below version 4. */
  readonly coordinators: readonly Coordinator[]
}

/** The coordinator of one key. */
export interface Coordinator {
  /** The key of the request; empty below version 4. */
  readonly key: string
  /** Broker id, -1 with an error. */
  readonly nodeId: number
  /** Host name or address. */
  readonly host: string
  /** Port, -1 with an error. */
  readonly port: number
  /** Kafka's error number. */
  readonly errorCode: number
  /** The broker's own words. Version 1 up. */
  readonly errorMessage: string | null
}

/** FindCoordinator (`GroupCoordinator` in old brokers). */
export const findCoordinator: ServerApi<FindCoordinatorRequest, FindCoordinatorResponse> = defineApi({
  name: 'FindCoordinator',
  key: 10,
  minVersion: 0,
  maxVersion: 6,
  flexibleFrom: 3,
  writeRequest(writer, body, version) {
    if (version < 4) writer.string(only(body.keys, version))
    if (version >= 1) writer.int8(body.keyType)
    else if (body.keyType !== CoordinatorType.GROUP) {
      throw new UnsupportedVersionError('FindCoordinator v0 finds coordinators of groups only')
    }
    if (version >= 4) writer.array(body.keys, (key) => writer.string(key))
    writer.tags()
  },
  readRequest(reader, version) {
    const first = version < 4 ? [reader.string()] : []
    const keyType = version >= 1 ? reader.int8() : CoordinatorType.GROUP
    const keys = version >= 4 ? reader.array(1, () => reader.string()) : first
    reader.tags()
    return { keyType, keys }
  },
  writeResponse(writer, body, version) {
    if (version >= 1) writer.int32(body.throttleTimeMs)
    if (version >= 4) writer.array(body.coordinators, (coordinator) => writeCoordinator(writer, coordinator))
    else writeSingle(writer, only(body.coordinators, version), version)
    writer.tags()
  },
  readResponse(reader, version) {
    const throttleTimeMs = version >= 1 ? reader.int32() : 0
    const coordinators = version >= 4 ? reader.array(13, () => readCoordinator(reader)) : [readSingle(reader, version)]
    reader.tags()
    return { throttleTimeMs, coordinators }
  },
})

function only<T>(values: readonly T[], version: number): T {
  const [first] = values
  if (first !== undefined && values.length === 1) return first
  throw new UnsupportedVersionError(`FindCoordinator v${version} carries one key, not ${values.length}`)
}

function writeCoordinator(writer: Writer, coordinator: Coordinator): void {
  writer.string(coordinator.key)
  writer.int32(coordinator.nodeId)
  writer.string(coordinator.host)
  writer.int32(coordinator.port)
  writer.int16(coordinator.errorCode)
  writer.nullableString(coordinator.errorMessage)
  writer.tags()
}

function writeSingle(writer: Writer, coordinator: Coordinator, version: number): void {
  writer.int16(coordinator.errorCode)
  if (version >= 1) writer.nullableString(coordinator.errorMessage)
  writer.int32(coordinator.nodeId)
  writer.string(coordinator.host)
  writer.int32(coordinator.port)
}

function readCoordinator(reader: Reader): Coordinator {
  const coordinator = {
    key: reader.string(),
    nodeId: reader.int32(),
    host: reader.string(),
    port: reader.int32(),
    errorCode: reader.int16(),
    errorMessage: reader.nullableString(),
  }
  reader.tags()
  return coordinator
}

function readSingle(reader: Reader, version: number): Coordinator {
  const errorCode = reader.int16()
  const errorMessage = version >= 1 ? reader.nullableString() : null
  return { key: '', nodeId: reader.int32(), host: reader.string(), port: reader.int32(), errorCode, errorMessage }
}
