import { describe, expect, it } from 'vitest'
import { StateError } from '@posthorn/contracts'
import { openDelivery } from '../support/guard.ts'
import { reasonOf } from '../support/outcome.ts'
import { stage } from '../support/stage.ts'

/** Parts that say when they are asked. */
function noting(notes: string[], refuse: string | null = null): object {
  const note = (what: string): void => {
    notes.push(what)
    if (what === refuse) throw new Error(`${what} refused`)
  }
  const serializer = (name: string) => () => ({
    name,
    serialize: (_topic: string, value: unknown) => {
      note(name)
      return String(value)
    },
  })
  return {
    interceptors: [
      () => ({
        name: 'notes',
        onSend: (record: unknown) => {
          notes.push('interceptor')
          return record
        },
        onAcknowledgement: (_record: unknown, { partition }: { partition: number }, error: { code: string } | null) => {
          notes.push(`acknowledged ${partition} ${error === null ? 'stored' : error.code}`)
        },
      }),
    ],
    keySerializer: serializer('key'),
    valueSerializer: serializer('value'),
    partitioner: () => ({
      name: 'noting',
      forTopic: () => ({
        partition: () => {
          note('partitioner')
          return 4
        },
      }),
    }),
  }
}

describe('send goes through its stations', () => {
  it('PRD-02 in the order interceptors, key, value, partition, and tells the interceptors of the outcome', async () => {
    const notes: string[] = []
    const s = stage(noting(notes))
    await s.until(s.it.partitionsFor('orders'))
    await s.until(s.it.send({ topic: 'orders', key: 'k', value: 'v' }))
    expect(notes).toEqual(['interceptor', 'key', 'value', 'partitioner', 'acknowledged 4 stored'])
    await s.end()
  })

  it('PRD-02 asks no partitioner for a record that names its partition, nor a serializer for null', async () => {
    const notes: string[] = []
    const s = stage(noting(notes))
    await s.until(s.send(null, 2).promise)
    expect(notes).toEqual(['interceptor', 'acknowledged 2 stored'])
    await s.end()
  })

  it('PRD-02 asks nobody once it is closed, or while the guard refuses', async () => {
    const notes: string[] = []
    const refusal = new StateError('INVALID_STATE', 'no transaction is open')
    const s = stage({ ...noting(notes), delivery: openDelivery({ refusal }) })
    expect(await reasonOf(s.it.send({ topic: 'orders', value: 'v' }))).toBe(refusal)
    await s.end()
    expect((await reasonOf(s.it.send({ topic: 'orders', value: 'v' }))).code).toBe('PRODUCER_CLOSED')
    expect(notes).toEqual([])
  })

  it('SER-03 ITC-04 ends where a serializer refuses the value, with its name and reason; others go on', async () => {
    const notes: string[] = []
    const s = stage(noting(notes, 'value'))
    const error = await reasonOf(s.it.send({ topic: 'orders', key: 'k', value: 'v' }))
    expect(error).toMatchObject({ name: 'RecordError', code: 'SERIALIZATION_FAILED', topic: 'orders' })
    expect(error.message).toBe('valueSerializer value refused a value for topic orders: value refused')
    expect(notes).toEqual(['interceptor', 'key', 'value', 'acknowledged -1 SERIALIZATION_FAILED'])
    await s.until(s.send(null).promise)
    await s.end()
  })

  it('PRT-02 ends where the partitioner throws or answers no partition, naming it', async () => {
    const notes: string[] = []
    const throwing = stage(noting(notes, 'partitioner'))
    expect(await throwing.until(reasonOf(throwing.it.send({ topic: 'orders', value: 'v' })))).toMatchObject({
      code: 'PARTITIONER_FAILED',
      message: 'partitioner noting threw: partitioner refused for topic orders',
    })
    await throwing.end()
    for (const answer of [-1, 6, 1.5, Number.NaN, '1']) {
      const s = stage({ partitioner: () => ({ name: 'odd', forTopic: () => ({ partition: () => answer as number }) }) })
      expect(await s.until(reasonOf(s.it.send({ topic: 'orders', value: 'v' })))).toMatchObject({
        code: 'PARTITIONER_FAILED',
        message: `partitioner odd answered ${answer}, expected 0 to 5 for topic orders`,
      })
      await s.end()
    }
  })

  it('PRT-05 an empty key is a key, null and nothing are none', async () => {
    const keys: (Uint8Array | null)[] = []
    const s = stage({
      partitioner: () => ({
        name: 'sees',
        forTopic: () => ({
          partition: (key) => {
            keys.push(key === null ? null : key.slice())
            return 0
          },
        }),
      }),
    })
    const sends = ['', null, undefined].map((key) => s.it.send({ topic: 'orders', value: 'v', key }))
    await s.until(Promise.all(sends))
    expect(keys).toEqual([new Uint8Array(0), null, null])
    await s.end()
  })

  it('PRT-01 a record’s partition must be a whole number from 0', async () => {
    const s = stage()
    for (const partition of [-1, 1.5, 2 ** 31, Number.NaN, '0', {}]) {
      const error = await reasonOf(s.it.send({ topic: 'orders', value: 'v', partition: partition as number }))
      expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', topic: 'orders' })
      expect(error.message).toMatch(
        /^partition for topic orders: expected a whole number from 0 to 2147483647, received /,
      )
    }
    await s.end()
  })
})
