import type { ControlPlane, MetadataEvent, Transport } from '@posthorn/contracts'
import { AuthenticationError, ConnectionError } from '@posthorn/contracts'
import { initProducerId } from '@posthorn/protocol'
import { createProducer } from '@posthorn/core'
import { VirtualClock } from '@posthorn/testkit'
import { describe, expect, it } from 'vitest'
import { openDelivery } from '../support/guard.ts'
import { watch } from '../support/outcome.ts'
import { foreseeable } from '../support/partitioner.ts'
import { stage } from '../support/stage.ts'

/** A producer whose transport refuses every connection with an error of the test's. */
function refused(errorOf: () => Error) {
  const clock = new VirtualClock()
  let control: ControlPlane | null = null
  const producer = createProducer({
    bootstrapServers: 'broker:9092',
    transport: () => ({ name: 'refusing', secure: true, connect: () => Promise.reject(errorOf()) }),
    partitioner: foreseeable,
    delivery: openDelivery({
      attach: (given) => {
        control = given
      },
    }),
    clock,
    random: () => 0.5,
  })
  return { clock, producer, control: control! }
}

const wrongPassword = (): Error => new AuthenticationError('SASL_AUTHENTICATION_FAILED', 'wrong password')

describe('metadata that cannot be had', () => {
  it('MDT-17 because a broker refuses who we are: who waits hears so at once, and the next one tries again', async () => {
    let error = wrongPassword
    const { clock, producer } = refused(() => error())
    for (let i = 0; i < 2; i++) {
      const waits = [watch(producer.send({ topic: 'orders', value: 'a' })), watch(producer.partitionsFor('bills'))]
      // The back-off of the attempts before may have to end first, 1 s at most.
      await clock.advance(1100)
      expect(waits.map((wait) => wait.error?.code)).toEqual([
        'SASL_AUTHENTICATION_FAILED',
        'SASL_AUTHENTICATION_FAILED',
      ])
      await clock.advance(5000)
    }
    // A connection that only fails is waited for.
    error = () => new ConnectionError('CONNECTION_FAILED', 'refused', { retriable: true })
    const waits = watch(producer.send({ topic: 'orders', value: 'b' }))
    await clock.advance(5000)
    expect(waits.state).toBe('pending')
    await clock.runUntil(producer.close({ timeoutMs: 0 }))
  })

  it('MDT-17, TLS-03 because a broker refuses who we are once the transport has connected: the same', async () => {
    const clock = new VirtualClock()
    let refuse: (() => void) | null = null
    const transport: Transport = {
      name: 'refusing',
      secure: true,
      connect(_to, sink) {
        refuse = () => sink.onClose(new AuthenticationError('SSL_CLIENT_CERTIFICATE_REQUIRED', 'who are you?'))
        return Promise.resolve({ write: () => true, end: () => {}, destroy: () => {} })
      },
    }
    const parts = { transport: () => transport, partitioner: foreseeable, clock, random: () => 0.5 }
    const producer = createProducer({ bootstrapServers: 'broker:9092', ...parts })
    const waits = [watch(producer.send({ topic: 'orders', value: 'a' })), watch(producer.partitionsFor('bills'))]
    await clock.advance(1)
    expect(waits.map(({ state }) => state)).toEqual(['pending', 'pending'])
    refuse!()
    await clock.advance(1)
    const codes = waits.map((wait) => wait.error?.code)
    expect(codes).toEqual(['SSL_CLIENT_CERTIFICATE_REQUIRED', 'SSL_CLIENT_CERTIFICATE_REQUIRED'])
    await clock.runUntil(producer.close({ timeoutMs: 0 }))
  })

  it('MDT-17 because no version fits: the same, and what is queued goes on', async () => {
    const s = stage({}, { apiVersions: { Metadata: null } })
    for (let i = 0; i < 2; i++) {
      const sent = s.send('a')
      await s.advance(100)
      expect(sent.error).toMatchObject({ code: 'UNSUPPORTED_VERSION' })
      expect(sent.error?.message).toMatch(/^Metadata: /)
      await s.advance(5000)
    }
    await s.end()
  })

  it('NET-20 a request that waits for a broker ends at once when it refuses who we are, not when it is out of reach', async () => {
    let error = wrongPassword
    const { clock, producer, control } = refused(() => error())
    const body = { transactionalId: null, transactionTimeoutMs: 1, producerId: -1n, producerEpoch: -1 }
    const first = watch(control.request(initProducerId, body, 'any'))
    await clock.advance(1)
    expect(first.error?.code).toBe('SASL_AUTHENTICATION_FAILED')
    error = () => new ConnectionError('CONNECTION_FAILED', 'refused', { retriable: true })
    await clock.advance(5000)
    const second = watch(control.request(initProducerId, body, 'any'))
    await clock.advance(29_000)
    expect(second.state).toBe('pending')
    await clock.advance(1001)
    expect(second.error).toMatchObject({ code: 'REQUEST_TIMED_OUT', cause: { code: 'CONNECTION_FAILED' } })
    await clock.runUntil(producer.close({ timeoutMs: 0 }))
  })
})

describe('what is told of metadata', () => {
  it('MDT-20 is the id of the cluster, with each answer, and partitions as they were', async () => {
    const events: MetadataEvent[] = []
    const hooks = [() => ({ name: 'sees', onMetadata: (event: MetadataEvent) => void events.push(event) })]
    const s = stage({ lingerMs: 0, metadataMaxAgeMs: 1000, hooks })
    const before = await s.until(s.it.partitionsFor('orders'))
    const leader = before[0]!.leader
    s.cluster.moveLeader('orders', 0, (s.cluster.partition('orders', 0).leader + 1) % 3)
    s.cluster.intercept('Metadata', { change: (answer: object) => ({ ...answer, clusterId: 'another' }) }, { skip: 0 })
    await s.advance(1500)
    const after = await s.until(s.it.partitionsFor('orders'))
    expect(before[0]!.leader).toBe(leader)
    expect(after[0]!.leader).not.toBe(leader)
    expect(events.map(({ clusterId }) => clusterId)).toEqual([s.cluster.clusterId, 'another'])
    await s.end()
  })
})
