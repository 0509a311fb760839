import { expect, it } from 'vitest'
import { watch } from '../support/outcome.ts'
import { stage } from '../support/stage.ts'

it('PRT-02 a partitioner may send records itself: each record goes its own way', async () => {
  const s = stage({
    lingerMs: 0,
    partitioner: () => ({
      name: 'talkative',
      forTopic: () => ({
        partition: (key) => {
          if (key === null) void s.it.send({ topic: 'orders', key: 'k', value: 'inner', partition: 2 })
          return 0
        },
      }),
    }),
  })
  await s.until(s.it.partitionsFor('orders'))
  const outer = watch(s.it.send({ topic: 'orders', value: 'outer' }))
  await s.advance(100)
  expect([outer.state, s.stored(0), s.stored(2)]).toEqual(['resolved', ['outer'], ['inner']])
  await s.end()
})
