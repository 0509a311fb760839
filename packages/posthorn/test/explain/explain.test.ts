import { createCluster } from '@posthorn/testkit'
import { describe, expect, it } from 'vitest'
import { causes } from '../../src/explain/causes.ts'
import { ConnectionError, createProducer, explain, explanationOf, KafkaError, TimeoutError } from '../../src/index.ts'

const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })

describe('explain', () => {
  it('says what the innermost error says, where that is definite', () => {
    const lost = new ConnectionError('CONNECTION_FAILED', 'could not connect', { cause: refused })
    const late = new TimeoutError('METADATA_TIMEOUT', 'no metadata', { cause: lost })
    for (const error of [refused, lost, late]) expect(explain(error)?.cause).toBe('ECONNREFUSED')
    expect(explain(new ConnectionError('CONNECTION_FAILED', 'could not connect'))?.cause).toBe('CONNECTION_FAILED')
  })

  it('prefers what is definite to what lies deeper and is not', () => {
    const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
    const handshake = new ConnectionError('SSL_HANDSHAKE_INTERRUPTED', 'closed', { cause: reset })
    expect(explain(handshake)?.cause).toBe('SSL_HANDSHAKE_INTERRUPTED')
  })

  it('knows nothing of what it does not know, whatever that is', () => {
    const circle: { cause?: unknown; code: string } = { code: 'constructor' }
    circle.cause = circle
    const others: readonly unknown[] = [null, undefined, 'ECONNREFUSED', 7, new Error('x'), circle]
    for (const other of [...others, new KafkaError('SEND_ABORTED', 'x')]) expect(explain(other)).toBeNull()
    expect(explanationOf('toString')).toBeNull()
  })

  it('explains what a producer meets', async () => {
    await using cluster = createCluster({ topics: { t: 1 } })
    cluster.intercept('Produce', { error: 'TOPIC_AUTHORIZATION_FAILED' })
    await using producer = createProducer({
      bootstrapServers: cluster.bootstrapServers,
      transport: cluster.transport(),
    })
    const error: unknown = await producer.send({ topic: 't', value: 'v' }).catch((thrown: unknown) => thrown)
    expect(explain(error)).toMatchObject({
      cause: 'TOPIC_AUTHORIZATION_FAILED',
      fix: expect.stringContaining('kafka-acls.sh') as string,
    })
  })

  it.each(Object.entries(causes))('says whole sentences: %s', (_, { meaning, fix }) => {
    expect(meaning).toMatch(/^[A-Z].*\.$/)
    expect(fix).toMatch(/^[A-Z]/)
  })
})
