import { apiVersions, type ApiVersionsRequest, ErrorCode } from '@posthorn/protocol'
import { expect, it } from 'vitest'
import { createCluster } from '../../src/index.ts'
import { TestClient } from '../support/client.ts'

const request: ApiVersionsRequest = {
  clientSoftwareName: 'posthorn',
  clientSoftwareVersion: '1.0.0',
  clusterId: null,
  nodeId: -1,
}

it('lists what is served in every version', async () => {
  const client = await new TestClient().connect(createCluster())
  for (let version = 0; version <= 5; version++) {
    const response = await client.request(apiVersions, request, version)
    expect(response.errorCode).toBe(ErrorCode.NONE)
    expect(response.apiKeys).toContainEqual({ apiKey: 22, minVersion: 0, maxVersion: 5 })
  }
})

it('API-08: finalizes transaction.version at the level of the cluster; level 0 is not listed', async () => {
  const ask = async (transactionVersion: 0 | 2 | undefined, version: number) => {
    const client = await new TestClient().connect(createCluster({ transactionVersion }))
    const { finalizedFeatures, supportedFeatures } = await client.request(apiVersions, request, version)
    return [finalizedFeatures, supportedFeatures]
  }
  const finalized = [{ name: 'transaction.version', maxVersionLevel: 2, minVersionLevel: 2 }]
  const supported = [{ name: 'transaction.version', minVersion: 0, maxVersion: 2 }]
  expect(await ask(undefined, 4)).toEqual([finalized, supported])
  expect(await ask(2, 3)).toEqual([finalized, []])
  expect(await ask(0, 5)).toEqual([[], supported])
  expect(await ask(2, 2)).toEqual([[], []])
})

it('claims Produce from version 0 on and refuses 0 to 2 (API-09)', async () => {
  const client = await new TestClient().connect(createCluster())
  const response = await client.request(apiVersions, request, 3)
  expect(response.apiKeys[0]).toEqual({ apiKey: 0, minVersion: 0, maxVersion: 13 })
  const produceV2 = new Uint8Array([0, 0, 0, 10, 0, 0, 0, 2, 0, 0, 0, 9, 0xff, 0xff])
  client.sendBytes(produceV2)
  expect(await client.whenClosed).toBe(null)
})

it('plays an older broker within limits', async () => {
  const cluster = createCluster({
    apiVersions: { Produce: { max: 8 }, InitProducerId: null, Metadata: { min: 1, max: 5 } },
  })
  const client = await new TestClient().connect(cluster)
  const { apiKeys } = await client.request(apiVersions, request, 0)
  expect(apiKeys.find((api) => api.apiKey === 0)?.maxVersion).toBe(8)
  expect(apiKeys.find((api) => api.apiKey === 3)).toEqual({ apiKey: 3, minVersion: 1, maxVersion: 5 })
  expect(apiKeys.some((api) => api.apiKey === 22)).toBe(false)
})

it('answers a version that it does not know with its own range in version 0 (API-02, API-04)', async () => {
  const client = await new TestClient().connect(createCluster({ apiVersions: { ApiVersions: { max: 2 } } }))
  const response = await client.request(apiVersions, request, 3)
  expect(response.errorCode).toBe(ErrorCode.UNSUPPORTED_VERSION)
  expect(response.apiKeys).toEqual([{ apiKey: 18, minVersion: 0, maxVersion: 2 }])
  expect((await client.request(apiVersions, request, 2)).errorCode).toBe(ErrorCode.NONE)
})

it('closes the connection when it does not know the API at all', async () => {
  const client = await new TestClient().connect(createCluster({ apiVersions: { ApiVersions: null } }))
  await expect(client.request(apiVersions, request, 0)).rejects.toThrow('closed')
})

it('refuses a client software name of other characters (API-05)', async () => {
  const client = await new TestClient().connect(createCluster())
  const response = await client.request(apiVersions, { ...request, clientSoftwareName: '-posthorn' }, 3)
  expect(response.errorCode).toBe(ErrorCode.INVALID_REQUEST)
})

it('sends a client of another cluster or broker back to its start (API-10)', async () => {
  const cluster = createCluster({ brokers: 2 })
  const client = await new TestClient().connect(cluster, 1)
  const ask = async (more: Partial<ApiVersionsRequest>): Promise<number> =>
    (await client.request(apiVersions, { ...request, ...more }, 5)).errorCode
  expect(await ask({ clusterId: 'another' })).toBe(ErrorCode.REBOOTSTRAP_REQUIRED)
  expect(await ask({ nodeId: 0 })).toBe(ErrorCode.REBOOTSTRAP_REQUIRED)
  expect(await ask({ clusterId: cluster.clusterId, nodeId: 1 })).toBe(ErrorCode.NONE)
})
