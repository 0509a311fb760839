import { TimeoutError } from '@posthorn/contracts'
import { describe, expect, test } from 'vitest'
import { reasonOf, watch } from '../support/outcome.ts'
import { countingClock } from '../support/countingClock.ts'
import { simulate } from '../support/simulation.ts'

const record = { topic: 'orders', value: 'v' }
const unknown = { topics: {}, autoCreateTopics: false }
const never = { name: 'never', serialize: (): Promise<string> => new Promise(() => {}) }

describe('a send with a deadline of its own', () => {
  test('ends while its record waits for metadata, and the record is not sent', async () => {
    const { cluster, clock, producer: make, until } = simulate(unknown)
    const producer = make()
    const error = await until(reasonOf(producer.send(record, { timeoutMs: 700 })))
    expect(clock.now()).toBe(700)
    expect(error).toBeInstanceOf(TimeoutError)
    expect(error).toMatchObject({ code: 'METADATA_TIMEOUT', retriable: true, maybePersisted: false, topic: 'orders' })
    expect(error.message).toContain('within 700 ms (timeoutMs of send)')
    cluster.createTopic('orders', 1)
    await clock.advance(5000)
    expect(await until(producer.close())).toEqual({ acknowledged: 0, failed: 0, abandoned: 0 })
    expect(cluster.records('orders')).toHaveLength(0)
  })

  test('ends while its record waits for memory or for a serializer', async () => {
    const { cluster, producer: make, until } = simulate()
    const slow = make({ valueSerializer: () => never })
    const serializing = slow.send(record, { timeoutMs: 100 })
    expect(await until(reasonOf(serializing))).toMatchObject({ code: 'SERIALIZATION_TIMEOUT', maybePersisted: false })

    const full = make({ bufferMemory: 16_384 })
    await until(full.send(record))
    cluster.intercept('Produce', { delayAfterMs: 60_000 })
    const first = watch(full.send({ ...record, partition: 0 }))
    const second = full.send({ ...record, partition: 1 }, { timeoutMs: 200 })
    expect(await until(reasonOf(second))).toMatchObject({ code: 'BUFFER_EXHAUSTED', retriable: true })
    expect(first.state).toBe('pending')
    await until(Promise.all([full.close({ timeoutMs: 0 }), slow.close({ timeoutMs: 0 })]))
  })

  test('holds although its batch was divided, its signal too', async () => {
    const {
      cluster,
      clock,
      producer: make,
      until,
    } = simulate({
      topics: { orders: { partitions: 1, maxMessageBytes: 300 } },
    })
    const producer = make({ lingerMs: 20 })
    await until(producer.send(record))
    cluster.intercept('Produce', { delayAfterMs: 60_000 }, { skip: 1 })
    const abort = new AbortController()
    const value = 'x'.repeat(150)
    const [timed, aborted] = [
      watch(producer.send({ ...record, value }, { timeoutMs: 500 })),
      watch(producer.send({ ...record, value }, { signal: abort.signal })),
    ]
    await clock.advance(400)
    expect([timed.state, aborted.state]).toEqual(['pending', 'pending'])
    abort.abort(new Error('enough'))
    await clock.advance(150)
    expect([timed.error?.code, aborted.error?.code]).toEqual(['DELIVERY_TIMEOUT', 'SEND_ABORTED'])
    await until(producer.close({ timeoutMs: 0 }))
  })

  test('keeps the process alive no longer once it was called back, nor does its deadline', async () => {
    for (const byDeadline of [false, true]) {
      const { cluster, clock, producer: make, until } = simulate({ brokers: 1 })
      cluster.pauseBroker(0)
      const counting = countingClock(clock)
      const producer = make({ clock: counting })
      const controller = new AbortController()
      const options = byDeadline ? { timeoutMs: 50 } : { signal: controller.signal }
      const send = watch(producer.send(record, options))
      await clock.advance(49)
      expect(counting.foreground).toBeGreaterThan(0)
      if (!byDeadline) controller.abort(new Error('the user left'))
      await clock.advance(1)
      expect([send.state, counting.foreground]).toEqual(['rejected', 0])
      cluster.resumeBroker(0)
      await until(producer.close())
    }
  })

  test('waits no longer for a record in a batch, which is stored all the same', async () => {
    const { cluster, clock, producer: make, until } = simulate()
    const acknowledged: (string | null)[] = []
    const onAcknowledgement = (_: unknown, __: unknown, error: { code: string } | null): void =>
      void acknowledged.push(error?.code ?? null)
    const producer = make({ interceptors: [() => ({ name: 'spy', onAcknowledgement })] })
    await until(producer.send(record))
    cluster.intercept('Produce', { delayAfterMs: 3000 }, { times: 1 })
    const before = clock.now()
    const error = await until(reasonOf(producer.send({ ...record, partition: 2 }, { timeoutMs: 1000 })))
    expect(clock.now() - before).toBe(1000)
    expect(error).toBeInstanceOf(TimeoutError)
    const facts = { code: 'DELIVERY_TIMEOUT', retriable: true, maybePersisted: true, topic: 'orders', partition: 2 }
    expect(error).toMatchObject(facts)
    expect(error.message).toContain('no outcome within 1000 ms (timeoutMs of send)')
    expect(await until(producer.close())).toEqual({ acknowledged: 1, failed: 0, abandoned: 0 })
    expect(cluster.records('orders')).toHaveLength(2)
    expect(acknowledged).toEqual([null, null])
  })

  test('does not report a record that fails later as forgotten', async () => {
    const { cluster, producer: make, until } = simulate()
    const producer = make({ deliveryTimeoutMs: 5000, requestTimeoutMs: 1000 })
    await until(producer.send(record))
    for (const broker of [0, 1, 2]) cluster.stopBroker(broker)
    expect(await until(reasonOf(producer.send(record, { timeoutMs: 10 })))).toMatchObject({ code: 'DELIVERY_TIMEOUT' })
    // An unhandled rejection fails the run.
    expect(await until(producer.close())).toEqual({ acknowledged: 0, failed: 1, abandoned: 0 })
  })

  test('resolves as any other when the outcome comes first, and leaves no timer', async () => {
    const { clock, producer: make, until } = simulate()
    const counting = countingClock(clock)
    const producer = make({ clock: counting })
    const controller = new AbortController()
    const options = { timeoutMs: 30_000, signal: controller.signal }
    expect(await until(producer.send(record, options))).toMatchObject({ topic: 'orders', offset: 0n })
    controller.abort()
    await until(producer.close())
    expect(counting.pending).toBe(0)
  })

  test('of Infinity has none, of 0 takes what needs no wait, and any other must be a time', async () => {
    const { cluster, producer: make, until } = simulate()
    const producer = make()
    expect(await until(reasonOf(producer.send(record, { timeoutMs: 0 })))).toMatchObject({ code: 'METADATA_TIMEOUT' })
    await until(producer.send(record, { timeoutMs: Number.POSITIVE_INFINITY }))
    expect(await until(reasonOf(producer.send(record, { timeoutMs: 0 })))).toMatchObject({ code: 'DELIVERY_TIMEOUT' })
    await until(producer.flush())
    expect(cluster.records('orders')).toHaveLength(2)
    for (const timeoutMs of [-1, Number.NaN]) {
      const error = await until(reasonOf(producer.send(record, { timeoutMs })))
      expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', retriable: false })
    }
    await until(producer.close())
    const refused = await until(reasonOf(producer.send(record, { timeoutMs: 5 })))
    expect(refused).toMatchObject({ code: 'PRODUCER_CLOSED' })
  })

  test('loses no order to the sends before it that it outlives', async () => {
    const { cluster, clock, producer: make, until } = simulate(unknown)
    const producer = make()
    const sends = [{ timeoutMs: 500 }, undefined, { timeoutMs: 100 }, undefined].map((options, i) =>
      watch(producer.send({ topic: 'orders', value: `${i}` }, options)),
    )
    await clock.advance(300)
    expect(sends.map(({ state }) => state)).toEqual(['pending', 'pending', 'rejected', 'pending'])
    cluster.createTopic('orders', 1)
    await until(producer.flush())
    expect(sends.map(({ value }) => value?.offset)).toEqual([0n, 1n, undefined, 2n])
    await until(producer.close())
  })
})

describe('a send with a signal', () => {
  test('is called back with the signal’s reason while its record waits', async () => {
    const { cluster, clock, producer: make, until } = simulate(unknown)
    const producer = make()
    const controller = new AbortController()
    const send = watch(producer.send(record, { signal: controller.signal }))
    await clock.advance(50)
    const reason = new Error('the user left')
    controller.abort(reason)
    await clock.advance(0)
    expect(send.error).toBe(reason)
    cluster.createTopic('orders', 1)
    await clock.advance(5000)
    await until(producer.close())
    expect(cluster.records('orders')).toHaveLength(0)
    const late = await until(reasonOf(producer.send(record, { signal: controller.signal })))
    expect(late).toBe(reason)
  })

  test('waits no longer for a record in a batch, which is stored all the same', async () => {
    const { cluster, clock, producer: make, until } = simulate()
    const producer = make({ lingerMs: 100 })
    await until(producer.send(record))
    const controller = new AbortController()
    const send = watch(producer.send({ ...record, partition: 3 }, { signal: controller.signal }))
    await clock.advance(10)
    const reason = new Error('the user left')
    controller.abort(reason)
    await clock.advance(0)
    expect(send.error).toMatchObject({ code: 'SEND_ABORTED', maybePersisted: true, topic: 'orders', partition: 3 })
    expect(send.error?.cause).toBe(reason)
    await until(producer.close())
    expect(cluster.records('orders')).toHaveLength(2)
  })
})

test('many sends share one signal at the price of one listener, and leave none', async () => {
  const { producer: make, until, clock } = simulate()
  const producer = make()
  const { signal } = new AbortController()
  let listeners = 0
  const counting = new Proxy(signal, {
    get(target, key) {
      if (key === 'addEventListener') listeners++
      if (key === 'removeEventListener') listeners--
      const value: unknown = Reflect.get(target, key, target)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
  const sends = Array.from({ length: 1000 }, () => producer.send(record, { signal: counting }))
  expect(listeners).toBe(1)
  await until(Promise.all(sends))
  expect(listeners).toBe(0)

  const controller = new AbortController()
  const given = Array.from({ length: 10 }, () => watch(producer.send(record, { signal: controller.signal })))
  controller.abort('enough')
  await clock.advance(0)
  expect(new Set(given.map(({ error }) => error?.code))).toEqual(new Set(['SEND_ABORTED']))
  await until(producer.close())
})

test('flush ends with the signal’s reason; the records go their way, and linger again', async () => {
  const { cluster, clock, producer: make, until } = simulate()
  const producer = make({ lingerMs: 1000 })
  await until(producer.send(record))
  cluster.intercept('Produce', { delayAfterMs: 500 }, { times: 1 })
  const send = watch(producer.send(record))
  const controller = new AbortController()
  const flushing = watch(producer.flush({ signal: controller.signal }))
  await clock.advance(100)
  const reason = new Error('enough')
  controller.abort(reason)
  await clock.advance(0)
  expect(flushing.error).toBe(reason)
  const later = watch(producer.send(record))
  await clock.advance(600)
  expect([send.state, later.state]).toEqual(['resolved', 'pending'])
  expect(await until(reasonOf(producer.flush({ signal: controller.signal })))).toBe(reason)
  await until(producer.close())
})
