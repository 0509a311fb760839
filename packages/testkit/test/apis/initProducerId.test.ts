import { ErrorCode, initProducerId, type InitProducerIdRequest } from '@posthorn/protocol'
import { expect, it } from 'vitest'
import { createCluster } from '../../src/index.ts'
import { TestClient } from '../support/client.ts'

const request: InitProducerIdRequest = {
  transactionalId: null,
  transactionTimeoutMs: 2147483647,
  producerId: -1n,
  producerEpoch: -1,
}

it('gives every idempotent producer an id of its own with epoch 0, in every version', async () => {
  const client = await new TestClient().connect(createCluster())
  const ids = new Set<bigint>()
  for (let version = 0; version <= 5; version++) {
    const response = await client.request(initProducerId, request, version)
    expect(response).toMatchObject({ errorCode: ErrorCode.NONE, producerEpoch: 0 })
    ids.add(response.producerId)
  }
  expect(ids.size).toBe(6)
})

it('gives a new id also to one that names its old one: epochs are raised by the client', async () => {
  const client = await new TestClient().connect(createCluster())
  const first = await client.request(initProducerId, request, 5)
  const again = await client.request(initProducerId, { ...request, ...first, transactionalId: null }, 5)
  expect(again.producerId).not.toBe(first.producerId)
  expect(again.producerEpoch).toBe(0)
})

it('refuses an empty transactional id', async () => {
  const client = await new TestClient().connect(createCluster())
  const response = await client.request(initProducerId, { ...request, transactionalId: '' }, 5)
  expect(response).toMatchObject({ errorCode: ErrorCode.INVALID_REQUEST, producerId: -1n, producerEpoch: -1 })
})
