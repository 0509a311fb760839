/**
 * Kafka's wire protocol as bytes only: primitives, frames, one file for each API, record batches, the error table. No
 * input or output, no state, no Node.js modules.
 *
 * @packageDocumentation
 */
export type { AddOffsetsToTxnRequest, AddOffsetsToTxnResponse } from './apis/addOffsetsToTxn.ts'
export { addOffsetsToTxn } from './apis/addOffsetsToTxn.ts'
export type {
  AddPartitionsToTxnRequest,
  AddPartitionsToTxnRequestTopic,
  AddPartitionsToTxnResponse,
  AddPartitionsToTxnResponsePartition,
  AddPartitionsToTxnResponseTopic,
} from './apis/addPartitionsToTxn.ts'
export { addPartitionsToTxn } from './apis/addPartitionsToTxn.ts'
export type {
  ApiVersionRange,
  ApiVersionsRequest,
  ApiVersionsResponse,
  FinalizedFeature,
  SupportedFeature,
} from './apis/apiVersions.ts'
export { apiVersions } from './apis/apiVersions.ts'
export type { EndTxnRequest, EndTxnResponse } from './apis/endTxn.ts'
export { endTxn } from './apis/endTxn.ts'
export type { FetchRequest, FetchRequestPartition, FetchRequestTopic, ForgottenTopic } from './apis/fetch.ts'
export { fetch } from './apis/fetch.ts'
export type {
  AbortedTransaction,
  FetchResponse,
  FetchResponsePartition,
  FetchResponseTopic,
} from './apis/fetchResponse.ts'
export type { Coordinator, FindCoordinatorRequest, FindCoordinatorResponse } from './apis/findCoordinator.ts'
export { CoordinatorType, findCoordinator } from './apis/findCoordinator.ts'
export type {
  GetTelemetrySubscriptionsRequest,
  GetTelemetrySubscriptionsResponse,
} from './apis/getTelemetrySubscriptions.ts'
export { getTelemetrySubscriptions } from './apis/getTelemetrySubscriptions.ts'
export type { InitProducerIdRequest, InitProducerIdResponse } from './apis/initProducerId.ts'
export { initProducerId } from './apis/initProducerId.ts'
export type {
  ListOffsetsRequest,
  ListOffsetsRequestPartition,
  ListOffsetsRequestTopic,
  ListOffsetsResponse,
  ListOffsetsResponsePartition,
  ListOffsetsResponseTopic,
} from './apis/listOffsets.ts'
export { EARLIEST_TIMESTAMP, LATEST_TIMESTAMP, listOffsets, MAX_TIMESTAMP } from './apis/listOffsets.ts'
export type {
  MetadataBroker,
  MetadataPartition,
  MetadataRequest,
  MetadataRequestTopic,
  MetadataResponse,
  MetadataTopic,
} from './apis/metadata.ts'
export { metadata, NO_AUTHORIZED_OPERATIONS } from './apis/metadata.ts'
export type { ProduceRequest, ProduceRequestPartition, ProduceRequestTopic } from './apis/produce.ts'
export { produce } from './apis/produce.ts'
export type { ProduceFrame, ProduceFramePartition, ProduceFrameTopic } from './apis/produceFrame.ts'
export { decodeProduceResponse, encodeProduceFrame } from './apis/produceFrame.ts'
export type {
  LeaderIdAndEpoch,
  NodeEndpoint,
  ProduceResponse,
  ProduceResponsePartition,
  ProduceResponseTopic,
  RecordRefusal,
} from './apis/produceResponse.ts'
export type { PushTelemetryRequest, PushTelemetryResponse } from './apis/pushTelemetry.ts'
export { pushTelemetry } from './apis/pushTelemetry.ts'
export type { SaslAuthenticateRequest, SaslAuthenticateResponse } from './apis/saslAuthenticate.ts'
export { saslAuthenticate } from './apis/saslAuthenticate.ts'
export type { SaslHandshakeRequest, SaslHandshakeResponse } from './apis/saslHandshake.ts'
export { saslHandshake } from './apis/saslHandshake.ts'
export type {
  TxnOffsetCommitRequest,
  TxnOffsetCommitRequestPartition,
  TxnOffsetCommitRequestTopic,
  TxnOffsetCommitResponse,
  TxnOffsetCommitResponsePartition,
  TxnOffsetCommitResponseTopic,
} from './apis/txnOffsetCommit.ts'
export { txnOffsetCommit } from './apis/txnOffsetCommit.ts'
export { crc32c } from './checksum.ts'
export type { ErrorEntry } from './errorTable.ts'
export { brokerError, ErrorCode, errorCode, errorEntries, errorEntry } from './errorTable.ts'
export type { FramedApi, RequestHeader } from './frame.ts'
export {
  encodeRequest,
  encodeResponse,
  FRAME_LENGTH_BYTES,
  readRequestHeader,
  readResponseHeader,
  requestHeaderBound,
  writeRequestHeader,
} from './frame.ts'
export { DEFAULT_MAX_FRAME_BYTES, FrameSplitter } from './frameSplitter.ts'
export { Reader } from './primitives/reader.ts'
export { encodeUtf8, utf8Length, writeUtf8 } from './primitives/utf8.ts'
export { readUuid, UUID_BYTES, writeUuid, ZERO_UUID } from './primitives/uuid.ts'
export {
  unsignedVarintSize,
  varintSize,
  varlongSize,
  writeUnsignedVarint,
  writeVarint,
  writeVarlong,
} from './primitives/varint.ts'
export type { TaggedField } from './primitives/writer.ts'
export { Writer } from './primitives/writer.ts'
export type { BatchHeaderFields } from './records/batchHeader.ts'
export {
  BATCH_HEADER_BYTES,
  BATCH_PREFIX_BYTES,
  BatchAttribute,
  batchChecksum,
  BatchField,
  writeBatchChecksum,
  writeBatchHeader,
} from './records/batchHeader.ts'
export type { DecodedHeader, DecodedRecord, ReadBatchesOptions } from './records/batchReader.ts'
export { readBatches, readRecords } from './records/batchReader.ts'
export { RecordBatchView } from './records/recordBatch.ts'
export type { EncodedHeader } from './records/recordWriter.ts'
export { recordBound, recordSize, writeRecord } from './records/recordWriter.ts'
export type { ApiDefinition, ServerApi } from './serverApi.ts'
export { defineApi } from './serverApi.ts'
