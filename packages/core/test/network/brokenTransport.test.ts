import type { Connection, Plugin, Transport } from '@posthorn/contracts'
import { expect, it } from 'vitest'
import { watch } from '../support/outcome.ts'
import { stage } from '../support/stage.ts'

/** The transport of a cluster whose writes throw while `broken` says so. */
function breaking(inner: Plugin<Transport>, broken: () => boolean): Plugin<Transport> {
  return (env) => {
    const transport = inner(env)
    const wrap = (connection: Connection): Connection => ({
      write(chunks, released) {
        if (broken()) throw new Error('the socket is gone')
        return connection.write(chunks, released)
      },
      end: () => connection.end(),
      destroy: (error) => connection.destroy(error),
    })
    return { ...transport, connect: async (...args) => wrap(await transport.connect(...args)) }
  }
}

it('a transport whose write throws loses its connection: the record is sent again, and its memory comes back', async () => {
  const s = stage({}, { brokers: 1 })
  let broken = false
  const transport = breaking(s.cluster.transport(), () => broken)
  const producer = s.producer({ transport, lingerMs: 0, bufferMemory: 50_000 })
  await s.until(producer.send({ topic: 'orders', partition: 0, value: 'a' }))
  broken = true
  const sent = watch(producer.send({ topic: 'orders', partition: 0, value: 'b' }))
  await s.advance(50)
  broken = false
  await s.until(sent.promise, 5000)
  const free = producer.metrics().find(({ name }) => name === 'buffer-available-bytes')
  expect(free?.value()).toBe(50_000)
  expect(s.stored(0)).toEqual(['a', 'b'])
  await s.until(producer.close())
  await s.end()
})
