import type { ControlPlane } from '@posthorn/contracts'
import { initProducerId } from '@posthorn/protocol'
import { describe, expect, it } from 'vitest'
import { openDelivery } from '../support/guard.ts'
import { reasonOf, watch } from '../support/outcome.ts'
import { stage, states } from '../support/stage.ts'

const body = {
  transactionalId: null,
  transactionTimeoutMs: 1000,
  producerId: -1n,
  producerEpoch: -1,
  enable2Pc: false,
  keepPreparedTxn: false,
}

function controlled(
  options: object = {},
  cluster: object = {},
): { s: ReturnType<typeof stage>; control: ControlPlane } {
  let control: ControlPlane | null = null
  const delivery = openDelivery({
    attach: (given) => {
      control = given
    },
  })
  const s = stage({ lingerMs: 0, delivery, requestTimeoutMs: 2000, deliveryTimeoutMs: 10_000, ...options }, cluster)
  return { s, control: control! }
}

describe('the control plane', () => {
  it('sends a request to any broker, connecting for it, and gives the decoded answer', async () => {
    const { s, control } = controlled()
    const { producerId, errorCode } = await s.until(control.request(initProducerId, body, 'any'), 1000)
    expect([typeof producerId, errorCode]).toEqual(['bigint', 0])
    await s.end()
  })

  it('sends a request to the broker that is named', async () => {
    const { s, control } = controlled()
    await s.until(s.it.partitionsFor('orders'))
    for (const broker of [2, 0, 1]) {
      s.cluster.clearHistory()
      await s.until(control.request(initProducerId, body, broker), 1000)
      expect(s.cluster.history.find(({ apiName }) => apiName === 'InitProducerId')?.broker).toBe(broker)
    }
    await s.end()
  })

  it('NET-20 rejects when no broker takes the request within requestTimeoutMs, saying why; it never tries again', async () => {
    const { s, control } = controlled({}, { brokers: 1 })
    s.cluster.stopBroker(0)
    const request = watch(control.request(initProducerId, body, 'any'))
    await s.advance(1999)
    expect(request.state).toBe('pending')
    await s.advance(2)
    expect(request.error).toMatchObject({ name: 'TimeoutError', code: 'REQUEST_TIMED_OUT', retriable: true })
    expect(request.error?.message).toBe('no broker took a request (InitProducerId) within 2000 ms (requestTimeoutMs)')
    expect(request.error?.cause).toMatchObject({ message: expect.stringContaining('ECONNREFUSED') as string })
    await s.end()
  })

  it('rejects when the connection is lost, the answer cannot be read, or no version fits', async () => {
    const { s, control } = controlled()
    s.cluster.intercept('InitProducerId', { cutBefore: true }, { times: 1 })
    expect(await s.until(reasonOf(control.request(initProducerId, body, 'any')))).toMatchObject({
      code: 'NETWORK_EXCEPTION',
    })
    s.cluster.intercept('InitProducerId', { send: 'garbage' }, { times: 1 })
    const unreadable = await s.until(reasonOf(control.request(initProducerId, body, 'any')))
    expect(unreadable.code).toMatch(/INVALID_FRAME|MALFORMED/)
    expect(unreadable).toMatchObject({ retriable: true, broker: expect.stringMatching(/^broker-\d:9092$/) as string })
    await s.until(control.request(initProducerId, body, 'any'))
    await s.end()
    const old = controlled({}, { apiVersions: { InitProducerId: null } })
    const refused = await old.s.until(reasonOf(old.control.request(initProducerId, body, 'any')))
    expect(refused.code).toBe('UNSUPPORTED_VERSION')
    await old.s.end()
  })

  it('NET-20 rejects at once when the broker that is named cannot be reached, and may be asked elsewhere', async () => {
    const { s, control } = controlled()
    await s.until(s.it.partitionsFor('orders'))
    s.cluster.stopBroker(1)
    const lost = await s.until(reasonOf(control.request(initProducerId, body, 1)), 100)
    expect(lost).toMatchObject({ retriable: true, severity: 'recoverable' })
    expect((await s.until(control.request(initProducerId, body, 'any'), 1000)).errorCode).toBe(0)
    await s.end()
  })

  it('NET-20 a broker that hangs up when it is asked for its versions is one that cannot be reached, however old it may be', async () => {
    const { s, control } = controlled()
    await s.until(s.it.partitionsFor('orders'))
    s.cluster.cutConnections(1)
    s.cluster.intercept('ApiVersions', { cutBefore: true }, { broker: 1, times: 1 })
    const lost = await s.until(reasonOf(control.request(initProducerId, body, 1)), 1000)
    expect(lost).toMatchObject({ code: 'NETWORK_EXCEPTION', retriable: true })
    await s.end()
  })

  it('rejects with the signal’s reason when it aborts, before and while the request is out', async () => {
    const { s, control } = controlled()
    const gone = AbortSignal.abort(new Error('never'))
    expect((await reasonOf(control.request(initProducerId, body, 'any', gone))).message).toBe('never')
    s.cluster.intercept('InitProducerId', { delayAfterMs: 500 })
    const abort = new AbortController()
    const request = watch(control.request(initProducerId, body, 'any', abort.signal))
    await s.advance(100)
    abort.abort(new Error('enough'))
    await s.advance(1000)
    expect(request.error?.message).toBe('enough')
    await s.end()
  })

  it('NET-15 has a broker left alone for as long as an answer to it asks, from the version on that leaves it to us', async () => {
    const change = (answer: object): object => ({ ...answer, throttleTimeMs: 1000 })
    for (const [max, pause] of [
      [5, 1000],
      [0, 0],
    ] as const) {
      const { s, control } = controlled({}, { brokers: 1, apiVersions: { InitProducerId: { max } } })
      await s.until(s.send('warm').promise)
      s.cluster.intercept('InitProducerId', { change }, { times: 1 })
      await s.until(control.request(initProducerId, body, 0))
      const at = s.clock.now()
      await s.until(s.send('a').promise)
      expect(s.clock.now() - at, `InitProducerId v${max}`).toBe(pause)
      await s.end()
    }
  })

  it('leaves no timer behind when a request is given up before any broker took it', async () => {
    const { s, control } = controlled({}, { brokers: 1 })
    s.cluster.stopBroker(0, { silent: true })
    const abort = new AbortController()
    const request = watch(control.request(initProducerId, body, 'any', abort.signal))
    await s.advance(100)
    expect(s.passes.foreground).toBe(1)
    abort.abort(new Error('enough'))
    await s.advance(0)
    expect([request.state, s.passes.foreground]).toEqual(['rejected', 0])
    await s.end()
  })

  it('keeps the process alive while a request is out, and not after', async () => {
    const { s, control } = controlled()
    s.cluster.intercept('InitProducerId', { delayAfterMs: 500 }, { times: 1 })
    const request = watch(control.request(initProducerId, body, 'any'))
    await s.advance(100)
    expect(s.passes.foreground).toBe(1)
    await s.advance(1000)
    expect([request.state, s.passes.foreground]).toEqual(['resolved', 0])
    await s.end()
  })

  it('delays, and stops doing so when the signal aborts', async () => {
    const { s, control } = controlled()
    const abort = new AbortController()
    const delays = [watch(control.delay(100)), watch(control.delay(100, abort.signal))]
    abort.abort(new Error('enough'))
    await s.advance(99)
    expect(states(delays)).toEqual(['pending', 'Error: enough'])
    await s.advance(1)
    expect(states(delays)).toEqual(['resolved', 'Error: enough'])
    await s.end()
  })

  it('SND-14 rejects all that waits when the producer closes, and everything after', async () => {
    const { s, control } = controlled()
    s.cluster.intercept('InitProducerId', { delayAfterMs: 60_000 })
    const waits = [watch(control.request(initProducerId, body, 'any')), watch(control.delay(60_000))]
    await s.advance(100)
    await s.end({ timeoutMs: 0 })
    expect(waits.map(({ state }) => state)).toEqual(['rejected', 'rejected'])
    expect((await reasonOf(control.delay(1))).code).toBe('PRODUCER_CLOSED')
    expect((await reasonOf(control.request(initProducerId, body, 'any'))).code).toBe('PRODUCER_CLOSED')
  })

  it('backs off as retries do, flushes as the application does', async () => {
    const { s, control } = controlled({ lingerMs: 5000, retryBackoffMs: 100, retryBackoffMaxMs: 1000 })
    for (const [failures, nominal] of [100, 200, 400, 800, 1000, 1000].entries()) {
      const ms = control.backoffMs(failures)
      expect(ms).toBeGreaterThanOrEqual(nominal * 0.8)
      expect(ms).toBeLessThanOrEqual(Math.min(nominal * 1.2, 1000))
    }
    const sent = s.send('a')
    await s.until(control.flushed(), 1000)
    expect(sent.state).toBe('resolved')
    await s.end()
  })
})
