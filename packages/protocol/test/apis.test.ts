import { ProtocolError, UnsupportedVersionError } from '@posthorn/contracts'
import { describe, expect, it } from 'vitest'

import {
  apiVersions,
  endTxn,
  fetch,
  findCoordinator,
  initProducerId,
  listOffsets,
  metadata,
  NO_AUTHORIZED_OPERATIONS,
  produce,
  txnOffsetCommit,
  ZERO_UUID,
} from '../src/index.ts'
import { apis } from './support/apis.ts'
import { fromHex, messageVectors } from './support/vectors.ts'

function bytesOf(api: string, kind: string, version: number, variant = 'full'): Uint8Array {
  const found = messageVectors(api).find((v) => v.kind === kind && v.version === version && v.variant === variant)
  return fromHex(found?.bytes ?? '')
}

describe('version ranges', () => {
  it('are those of Table C', () => {
    expect(apis.map((api) => [api.name, api.key, api.minVersion, api.maxVersion, api.flexibleFrom])).toEqual([
      ['ApiVersions', 18, 0, 5, 3],
      ['Metadata', 3, 0, 13, 9],
      ['Produce', 0, 3, 13, 9],
      ['InitProducerId', 22, 0, 5, 2],
      ['Fetch', 1, 4, 17, 12],
      ['ListOffsets', 2, 1, 11, 6],
      ['FindCoordinator', 10, 0, 6, 3],
      ['AddPartitionsToTxn', 24, 0, 3, 3],
      ['AddOffsetsToTxn', 25, 0, 4, 3],
      ['TxnOffsetCommit', 28, 0, 5, 3],
      ['EndTxn', 26, 0, 5, 3],
      ['SaslHandshake', 17, 0, 1, Infinity],
      ['SaslAuthenticate', 36, 0, 2, 2],
      ['GetTelemetrySubscriptions', 71, 0, 0, 0],
      ['PushTelemetry', 72, 0, 0, 0],
    ])
  })

  it.each(apis)('$name refuses versions outside of its range', (api) => {
    for (const version of [api.minVersion - 1, api.maxVersion + 1, api.minVersion + 0.5]) {
      expect(() => api.decodeResponse(new Uint8Array(100), version)).toThrow(UnsupportedVersionError)
      expect(() => api.encodeRequest({}, version)).toThrow(UnsupportedVersionError)
    }
  })
})

describe('ApiVersions', () => {
  it.each([1, 3, 5])('API-02 KIP-511 reads UNSUPPORTED_VERSION to version %i in the form of version 0', (version) => {
    const answer = apiVersions.decodeResponse(fromHex('0023' + '00000001' + '001200000004'), version)
    expect(answer).toMatchObject({ errorCode: 35, apiKeys: [{ apiKey: 18, minVersion: 0, maxVersion: 4 }] })
    expect(apiVersions.decodeResponse(fromHex('002300000000'), version).apiKeys).toEqual([])
  })

  it('API-08 reads the finalized level of transaction.version from version 3 on', () => {
    const finalizedFeatures = [{ name: 'transaction.version', maxVersionLevel: 2, minVersionLevel: 0 }]
    const body = {
      errorCode: 0,
      apiKeys: [],
      throttleTimeMs: 0,
      supportedFeatures: [{ name: 'transaction.version', minVersion: 0, maxVersion: 2 }],
      finalizedFeaturesEpoch: 3n,
      finalizedFeatures,
      zkMigrationReady: false,
    }
    for (const version of [3, 4, 5]) {
      expect(apiVersions.decodeResponse(apiVersions.encodeResponse(body, version), version)).toEqual(body)
    }
    expect(apiVersions.decodeResponse(apiVersions.encodeResponse(body, 2), 2).finalizedFeatures).toEqual([])
  })

  it('API-08 has no finalized features when the broker names none', () => {
    expect(apiVersions.decodeResponse(bytesOf('ApiVersions', 'response', 4, 'sparse'), 4)).toMatchObject({
      finalizedFeatures: [],
      finalizedFeaturesEpoch: -1n,
    })
  })
})

describe('Metadata', () => {
  const request = {
    topics: [{ topicId: ZERO_UUID, name: 'orders' }],
    allowAutoTopicCreation: true,
    includeClusterAuthorizedOperations: false,
    includeTopicAuthorizedOperations: false,
  }

  it('asks for all topics with an empty list in version 0 and with null later', () => {
    const all = { ...request, topics: null }
    for (const version of [0, 1, 13]) {
      expect(metadata.decodeRequest(metadata.encodeRequest(all, version), version)).toEqual(all)
    }
    expect(() => metadata.encodeRequest({ ...request, topics: [] }, 0)).toThrow(UnsupportedVersionError)
    expect(metadata.decodeRequest(metadata.encodeRequest({ ...request, topics: [] }, 1), 1).topics).toEqual([])
  })

  it('does not drop what a version cannot carry', () => {
    const byId = { ...request, topics: [{ topicId: 'AAAAAAAAAAAAAAAAAAAAAQ', name: null }] }
    expect(() => metadata.encodeRequest(byId, 11)).toThrow(UnsupportedVersionError)
    expect(metadata.decodeRequest(metadata.encodeRequest(byId, 12), 12)).toEqual(byId)
    expect(() => metadata.encodeRequest({ ...request, allowAutoTopicCreation: false }, 3)).toThrow(/needs v4/)
  })

  it('MDT fills what version 0 lacks with what means nothing', () => {
    const answer = metadata.decodeResponse(bytesOf('Metadata', 'response', 0), 0)
    expect(answer).toMatchObject({
      throttleTimeMs: 0,
      clusterId: null,
      controllerId: -1,
      errorCode: 0,
      clusterAuthorizedOperations: NO_AUTHORIZED_OPERATIONS,
    })
    expect(answer.brokers[0]?.rack).toBeNull()
    expect(answer.topics[0]).toMatchObject({ topicId: ZERO_UUID, isInternal: false })
    expect(answer.topics[0]?.partitions[0]).toMatchObject({ leaderEpoch: -1, offlineReplicas: [] })
  })
})

describe('Produce', () => {
  it('PRQ-06 PRQ-07 carries transactional id, acks and timeout', () => {
    const request = { transactionalId: 'tx', acks: -1, timeoutMs: 30_000, topics: [] }
    expect(produce.decodeRequest(produce.encodeRequest(request, 9), 9)).toEqual(request)
    expect(produce.decodeRequest(produce.encodeRequest({ ...request, transactionalId: null }, 9), 9)).toMatchObject({
      transactionalId: null,
    })
  })

  it('LDR KIP-951 has neither leader nor endpoints where the broker names none', () => {
    for (const [version, variant] of [
      [13, 'sparse'],
      [9, 'full'],
      [3, 'full'],
    ] as const) {
      const answer = produce.decodeResponse(bytesOf('Produce', 'response', version, variant), version)
      expect(answer.nodeEndpoints).toEqual([])
      expect(answer.topics[0]?.partitions[0]?.currentLeader).toBeNull()
    }
  })

  it('fills what version 3 lacks', () => {
    const answer = produce.decodeResponse(bytesOf('Produce', 'response', 3), 3)
    expect(answer.topics[0]).toMatchObject({ topicId: ZERO_UUID })
    expect(answer.topics[0]?.partitions[0]).toMatchObject({ logStartOffset: -1n, recordErrors: [], errorMessage: null })
  })
})

describe('InitProducerId, Fetch and ListOffsets', () => {
  it('fill what their lowest version lacks', () => {
    expect(initProducerId.decodeRequest(bytesOf('InitProducerId', 'request', 0), 0)).toMatchObject({
      producerId: -1n,
      producerEpoch: -1,
    })
    expect(fetch.decodeRequest(bytesOf('Fetch', 'request', 4), 4)).toMatchObject({
      sessionId: 0,
      sessionEpoch: -1,
      rackId: '',
      clusterId: null,
      forgottenTopics: [],
    })
    expect(fetch.decodeResponse(bytesOf('Fetch', 'response', 4), 4)).toMatchObject({ errorCode: 0, sessionId: 0 })
    const offsets = listOffsets.decodeResponse(bytesOf('ListOffsets', 'response', 1), 1)
    expect(offsets).toMatchObject({ throttleTimeMs: 0 })
    expect(offsets.topics[0]?.partitions[0]?.leaderEpoch).toBe(-1)
  })
})

describe('FindCoordinator', () => {
  it('finds one key at a time below version 4 (KIP-699)', () => {
    expect(() => findCoordinator.encodeRequest({ keyType: 1, keys: ['a', 'b'] }, 3)).toThrow(UnsupportedVersionError)
    expect(() => findCoordinator.encodeRequest({ keyType: 1, keys: [] }, 3)).toThrow(UnsupportedVersionError)
    const both = { keyType: 1, keys: ['a', 'b'] }
    expect(findCoordinator.decodeRequest(findCoordinator.encodeRequest(both, 4), 4)).toEqual(both)
  })

  it('finds transaction coordinators from version 1 on', () => {
    expect(() => findCoordinator.encodeRequest({ keyType: 1, keys: ['a'] }, 0)).toThrow(UnsupportedVersionError)
  })
})

describe('transactions', () => {
  const offsets = {
    transactionalId: 'tx',
    groupId: 'g',
    producerId: 7n,
    producerEpoch: 1,
    generationId: -1,
    memberId: '',
    groupInstanceId: null,
    topics: [],
  }

  it.each([{ generationId: 4 }, { memberId: 'm' }, { groupInstanceId: 'i' }])(
    'TxnOffsetCommit does not drop %o below version 3 (KIP-447)',
    (member) => {
      expect(() => txnOffsetCommit.encodeRequest({ ...offsets, ...member }, 2)).toThrow(UnsupportedVersionError)
      const body = { ...offsets, ...member }
      expect(txnOffsetCommit.decodeRequest(txnOffsetCommit.encodeRequest(body, 3), 3)).toEqual(body)
    },
  )

  it('TxnOffsetCommit fills what version 1 lacks', () => {
    const request = txnOffsetCommit.decodeRequest(bytesOf('TxnOffsetCommit', 'request', 1), 1)
    expect(request).toMatchObject({ generationId: -1, memberId: '', groupInstanceId: null })
    expect(request.topics[0]?.partitions[0]).toMatchObject({ committedLeaderEpoch: -1 })
  })

  it('EndTxn answers with neither id nor epoch below version 5 (KIP-890)', () => {
    expect(endTxn.decodeResponse(bytesOf('EndTxn', 'response', 4), 4)).toMatchObject({
      producerId: -1n,
      producerEpoch: -1,
    })
  })
})

describe('bodies', () => {
  it.each(apis)('$name refuses bytes that are left over', (api) => {
    for (const { kind, version, bytes, variant } of messageVectors(api.name)) {
      if (variant !== 'sparse') continue
      const longer = fromHex(`${bytes}00`)
      const decode = () =>
        kind === 'request' ? api.decodeRequest(longer, version) : api.decodeResponse(longer, version)
      expect(decode).toThrow(ProtocolError)
      expect(decode).toThrow(`${api.name} v${version} ${kind}: 1 bytes are left over at offset ${longer.length - 1}`)
    }
  })
})
