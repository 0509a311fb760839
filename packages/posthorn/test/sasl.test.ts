import { inspect } from 'node:util'
import { ConfigError } from '@posthorn/contracts'
import { createCluster, VirtualClock } from '@posthorn/testkit'
import type { SaslOption } from 'posthorn'
import { createProducer, plain, unsecuredToken } from 'posthorn'
import { describe, expect, it } from 'vitest'

const alice = { username: 'alice', password: 'alice-secret' }
const options: readonly SaslOption[] = [
  { mechanism: 'PLAIN', ...alice },
  { mechanism: 'scram-sha-256', ...alice },
  { mechanism: 'SCRAM-SHA-512', username: 'alice', password: () => Promise.resolve('alice-secret') },
  { mechanism: 'OAUTHBEARER', token: unsecuredToken({ subject: 'alice' }) },
  plain(alice),
]

describe('sasl', () => {
  it.each(options)('SAS-15: logs in by %o', async (sasl) => {
    const clock = new VirtualClock()
    const cluster = createCluster({ clock, topics: { orders: 1 }, sasl: { users: { alice: 'alice-secret' } } })
    const { bootstrapServers } = cluster
    const producer = createProducer({ bootstrapServers, transport: cluster.transport(), clock, sasl })
    await clock.runUntil(producer.send({ topic: 'orders', value: 'a' }))
    await clock.runUntil(producer.close())
    expect(cluster.records('orders')).toHaveLength(1)
  })

  it.each([
    [
      { mechanism: 'GSSAPI', ...alice },
      /expected PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER, .* received "GSSAPI"/,
    ],
    [alice, /sasl\.mechanism: .* received undefined/],
    ['alice-secret', /received string/],
    [{ mechanism: 'PLAIN', username: 'alice' }, /^password: /],
    [{ mechanism: 'OAUTHBEARER' }, /^token: /],
  ])('refuses what is none, without showing what is in it: %o', (sasl, message) => {
    const make = () => createProducer({ bootstrapServers: 'localhost:9092', sasl: sasl as SaslOption })
    expect(make).toThrow(ConfigError)
    expect(make).toThrow(message)
    try {
      make()
    } catch (error) {
      expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('alice-secret')
    }
  })
})
