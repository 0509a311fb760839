import { addOffsetsToTxn } from './addOffsetsToTxn.ts'
import { addPartitionsToTxn } from './addPartitionsToTxn.ts'
import type { ApiHandler } from './apiHandler.ts'
import { apiVersions } from './apiVersions.ts'
import { endTxn } from './endTxn.ts'
import { fetch } from './fetch.ts'
import { findCoordinator } from './findCoordinator.ts'
import { getTelemetrySubscriptions } from './getTelemetrySubscriptions.ts'
import { initProducerId } from './initProducerId.ts'
import { listOffsets } from './listOffsets.ts'
import { metadata } from './metadata.ts'
import { produce } from './produce.ts'
import { pushTelemetry } from './pushTelemetry.ts'
import { saslAuthenticate } from './saslAuthenticate.ts'
import { saslHandshake } from './saslHandshake.ts'
import { txnOffsetCommit } from './txnOffsetCommit.ts'

/** Every API that a broker of this cluster knows, ascending by key. */
export const handlers: readonly ApiHandler<unknown, unknown>[] = [
  produce,
  fetch,
  listOffsets,
  metadata,
  findCoordinator,
  saslHandshake,
  apiVersions,
  initProducerId,
  addPartitionsToTxn,
  addOffsetsToTxn,
  endTxn,
  txnOffsetCommit,
  saslAuthenticate,
  getTelemetrySubscriptions,
  pushTelemetry,
  // A handler only ever gets the bodies that its own `api` has decoded.
] as readonly unknown[] as readonly ApiHandler<unknown, unknown>[]
