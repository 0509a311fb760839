import { KafkaError } from '@posthorn/contracts'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { AnswerKind } from '../../src/accumulator/answers.ts'
import type { Answer } from '../../src/accumulator/answers.ts'
import { accumulation, appendAny, nobody } from '../support/accumulation.ts'

/** Who asks about a record: nobody, one of two who ask about many, one who asks about this alone, or a promise. */
const asker = fc.constantFrom('none', 'first', 'second', 'own', 'promise')

it('BAT-05 each answer goes to whoever asked, about the record that was asked about, whoever else asked', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(asker, { maxLength: 30 }), fc.boolean(), async (askers, stored) => {
      const all = accumulation({ batchSize: 5000 })
      const orders = all.queue()
      const add = (kind: AnswerKind, answer: Answer): void => void appendAny(all, orders, {}, kind, answer)
      const told: [who: string, offset: string][] = []
      const tell =
        (who: string) =>
        (error: KafkaError | null, { offset }: { offset: bigint }): void => {
          told.push([who, error === null ? String(offset) : error.message])
        }
      const shared = { first: tell('first'), second: tell('second') }
      const promises: Promise<unknown>[] = []
      for (const [index, who] of askers.entries()) {
        if (who === 'promise') {
          add(AnswerKind.promise, null)
          const heard = (text: string): unknown => told.push([`promise ${index}`, text])
          promises.push(
            orders.open!.promise().then(
              ({ offset }) => heard(String(offset)),
              (error: unknown) => heard((error as KafkaError).message),
            ),
          )
        } else if (who === 'none') add(AnswerKind.none, null)
        else add(AnswerKind.callback, who === 'own' ? tell(`own ${index}`) : shared[who])
      }
      const expected = askers.flatMap((who, index) => {
        const name = who === 'own' || who === 'promise' ? `${who} ${index}` : who
        return who === 'none' ? [] : [[name, stored ? String(100 + index) : `no ${index}`]]
      })
      if (stored) orders.open?.succeed(100n, -1, nobody)
      else orders.open?.fail((index) => new KafkaError('UNKNOWN_SERVER_ERROR', `no ${index}`), nobody)
      await Promise.all(promises)
      const promised = ([who]: readonly string[]): boolean => who!.startsWith('promise')
      // Callbacks are told at once, promises in the next turn; each kind in the order of the records.
      expect(told.filter(promised)).toEqual(expected.filter(promised))
      expect(told.filter((one) => !promised(one))).toEqual(expected.filter((one) => !promised(one)))
    }),
  )
})
