import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Fifo } from '../../src/values/fifo.ts'

test('a queue gives back what an array would, whatever is done to it', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.nat(), fc.constantFrom('shift', 'all')), { maxLength: 300 }), (steps) => {
      const queue = new Fifo<number>()
      let model: number[] = []
      for (const step of steps) {
        if (step === 'shift') expect(queue.shift()).toBe(model.shift())
        else if (step === 'all') {
          expect(queue.takeAll()).toEqual(model)
          model = []
        } else if (typeof step === 'number') {
          queue.push(step)
          model.push(step)
        }
        expect(queue.length).toBe(model.length)
        expect(queue.first).toBe(model[0])
        expect([...queue]).toEqual(model)
      }
    }),
  )
})
