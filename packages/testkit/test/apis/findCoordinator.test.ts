import { CoordinatorType, ErrorCode, findCoordinator } from '@posthorn/protocol'
import { expect, it } from 'vitest'
import { setup } from '../support/setup.ts'

it('gives a key the same coordinator in every version, and another when that one stops', async () => {
  const { clock, client, cluster } = await setup({ brokers: 3 })
  const find = async (version: number) => {
    const request = { keyType: version === 0 ? CoordinatorType.GROUP : CoordinatorType.TRANSACTION, keys: ['a'] }
    return (await clock.runUntil(client.request(findCoordinator, request, version))).coordinators[0]!
  }
  const { nodeId } = await find(1)
  for (let version = 0; version <= 6; version++) {
    expect(await find(version)).toMatchObject({
      errorCode: ErrorCode.NONE,
      nodeId,
      host: `broker-${nodeId}`,
      port: 9092,
    })
  }
  expect(nodeId).not.toBe(0)
  cluster.stopBroker(nodeId)
  expect((await find(4)).nodeId).not.toBe(nodeId)
})

it('refuses a key type that does not exist', async () => {
  const { clock, client } = await setup()
  const request = { keyType: 9, keys: ['a', 'b'] }
  const { coordinators } = await clock.runUntil(client.request(findCoordinator, request, 4))
  expect(coordinators.map(({ key, errorCode }) => [key, errorCode])).toEqual([
    ['a', ErrorCode.INVALID_REQUEST],
    ['b', ErrorCode.INVALID_REQUEST],
  ])
})
