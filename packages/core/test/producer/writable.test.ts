import type { ProducerRecord } from '@posthorn/contracts'
import { KafkaError, StreamError } from '@posthorn/contracts'
import { describe, expect, test } from 'vitest'
import { reasonOf, watch } from '../support/outcome.ts'
import { simulate } from '../support/simulation.ts'

const record = (i: number): ProducerRecord => ({ topic: 'orders', partition: i % 6, value: `${i}` })

/** A readable stream of records that tells how it fared. */
function source(count: number) {
  const seen = { pulled: 0, canceled: undefined as unknown }
  const stream = new ReadableStream<ProducerRecord>(
    {
      pull(controller) {
        if (seen.pulled === count) controller.close()
        else controller.enqueue(record(seen.pulled++))
      },
      cancel(reason) {
        seen.canceled = reason
      },
    },
    { highWaterMark: 0 },
  )
  return { seen, stream }
}

describe('writable', () => {
  test('takes what is piped to it, and has finished when all of it is stored, however long it may linger', async () => {
    const { cluster, clock, producer: make, until } = simulate()
    const producer = make({ lingerMs: 60_000 })
    await until(source(1000).stream.pipeTo(producer.writable()))
    expect(cluster.records('orders')).toHaveLength(1000)
    expect(clock.now()).toBeLessThan(1000)
    await until(source(0).stream.pipeTo(producer.writable()))
    // It has not closed the producer.
    await until(producer.send(record(1)).finally(() => producer.flush()))
    await until(producer.close())
  })

  test('makes its source pause while there is no room', async () => {
    const { cluster, clock, producer: make, until } = simulate()
    const producer = make({ bufferMemory: 16_384 })
    await until(producer.send(record(0)))
    const paused = cluster.intercept('Produce', { delayAfterMs: 5000 }, { times: 1 })
    const { seen, stream } = source(500)
    const piping = watch(stream.pipeTo(producer.writable({ highWaterMark: 4 })))
    await clock.advance(1000)
    expect(paused.count).toBe(1)
    // One is in the batch on its way, the next waits for memory, the stream holds the rest.
    expect(seen.pulled).toBeLessThanOrEqual(1 + 4 + 1)
    await until(piping.promise)
    expect(cluster.records('orders')).toHaveLength(501)
    await until(producer.close())
  })

  test('errors when a record fails, after the outcomes of all others, with their number', async () => {
    const { cluster, producer: make, until } = simulate()
    const producer = make()
    await until(producer.send(record(0)))
    cluster.createTopic('closed', 1)
    cluster.intercept('Produce', { error: 'TOPIC_AUTHORIZATION_FAILED' }, { topic: 'closed' })
    const writer = producer.writable().getWriter()
    for (let i = 0; i < 10; i++) void writer.write(record(i))
    for (let i = 0; i < 3; i++) void writer.write({ topic: 'closed', value: 'x' })
    const error = await until(reasonOf(writer.close()))
    expect(error).toBeInstanceOf(StreamError)
    expect(error).toBeInstanceOf(KafkaError)
    const facts = { code: 'TOPIC_AUTHORIZATION_FAILED', topic: 'closed', partition: 0, action: 'fix' }
    expect(error).toMatchObject({ ...facts, failed: 3, acknowledged: 10, maybePersisted: false })
    expect(error.message).toContain('3 of 13 records failed, the first because: ')
    expect(error.cause).toMatchObject({ code: 'TOPIC_AUTHORIZATION_FAILED' })
    expect(await reasonOf(writer.closed)).toBe(error)
    await until(producer.close())
  })

  test('errors by itself while nothing is written, and takes nothing more', async () => {
    const { cluster, producer: make, until } = simulate()
    const producer = make()
    await until(producer.send(record(0)))
    cluster.intercept('Produce', { error: 'TOPIC_AUTHORIZATION_FAILED' }, { times: 1 })
    const writer = producer.writable().getWriter()
    await until(writer.write(record(0)))
    const error = await until(reasonOf(writer.closed))
    expect(error).toMatchObject({ failed: 1, acknowledged: 0 })
    expect(await reasonOf(writer.write(record(1)))).toBe(error)
    await until(producer.close())
    expect(cluster.records('orders')).toHaveLength(1)
  })

  test('cancels a source whose record cannot be sent', async () => {
    const { cluster, producer: make, until } = simulate()
    const producer = make()
    const { seen, stream } = source(1000)
    const spoiled = stream.pipeThrough(
      new TransformStream<ProducerRecord, ProducerRecord>({
        transform: (each, controller) =>
          controller.enqueue(each.value === '7' ? { topic: 'no such', value: 'x' } : each),
      }),
    )
    const error = await until(reasonOf(spoiled.pipeTo(producer.writable())))
    expect(error).toMatchObject({ code: 'INVALID_TOPIC_EXCEPTION', failed: 1, acknowledged: 7 })
    expect(seen.canceled).toBe(error)
    expect(seen.pulled).toBeLessThan(50)
    await until(producer.close())
    expect(cluster.records('orders')).toHaveLength(7)
  })

  test('aborted lets what it took go its way, and waits for no room', async () => {
    const { cluster, clock, producer: make, until } = simulate()
    const producer = make({ bufferMemory: 16_384 })
    await until(producer.send(record(0)))
    cluster.intercept('Produce', { delayAfterMs: 5000 }, { times: 1 })
    const writer = producer.writable().getWriter()
    const writes = [0, 1, 2].map((i) => watch(writer.write(record(i))))
    await clock.advance(1000)
    expect(writes.map(({ state }) => state)).toEqual(['resolved', 'pending', 'pending'])
    const before = clock.now()
    const reason = new Error('enough')
    writer.closed.catch(() => {})
    await until(writer.abort(reason))
    expect(await reasonOf(writer.closed)).toBe(reason)
    expect(clock.now()).toBe(before)
    expect(await until(producer.close())).toEqual({ acknowledged: 1, failed: 0, abandoned: 0 })
    expect(cluster.records('orders')).toHaveLength(2)
  })

  test('aborted while it closes does not say that all is stored', async () => {
    const { cluster, clock, producer: make, until } = simulate()
    const producer = make()
    await until(producer.send(record(0)))
    cluster.intercept('Produce', { delayAfterMs: 5000 }, { times: 1 })
    const writer = producer.writable().getWriter()
    void writer.write(record(0))
    const closing = watch(writer.close())
    writer.closed.catch(() => {})
    await clock.advance(100)
    writer.abort('enough').catch(() => {})
    await clock.advance(0)
    expect(closing.error).toMatchObject({ code: 'SEND_ABORTED', maybePersisted: true })
    await until(producer.close())
  })

  test('of a producer that closes errors with it', async () => {
    const { producer: make, until } = simulate()
    const producer = make()
    const writer = producer.writable().getWriter()
    await until(producer.close())
    writer.closed.catch(() => {})
    expect(await until(reasonOf(writer.write(record(0))))).toMatchObject({ code: 'PRODUCER_CLOSED', failed: 1 })
    expect(() => producer.writable({ highWaterMark: 0 })).toThrow('highWaterMark')
  })
})
