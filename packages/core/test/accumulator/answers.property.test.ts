import type { RecordMetadata } from '@posthorn/contracts'
import { KafkaError } from '@posthorn/contracts'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { AnswerKind } from '../../src/accumulator/answers.ts'
import type { Answer, DeliveryCallback } from '../../src/accumulator/answers.ts'
import type { ProducerBatch } from '../../src/accumulator/batch.ts'
import { divide } from '../../src/accumulator/divide.ts'
import { accumulation, appendAny } from '../support/accumulation.ts'
import { drainer } from '../support/draining.ts'

/** A record of the test. */
interface Asked {
  /**
   * Who asks about it: nobody, one of two who ask about many, one who asks about this alone, a promise, or a promise that was
   * there before the batch.
   */
  readonly who: 'none' | 'first' | 'second' | 'own' | 'promise' | 'resolve'
  /** Whether interceptors watch it. */
  readonly watched: boolean
}

const asked: fc.Arbitrary<Asked> = fc.record({
  who: fc.constantFrom('none', 'first', 'second', 'own', 'promise', 'resolve'),
  watched: fc.boolean(),
})

/** Records in runs that are alike, as most are. */
const run = fc.tuple(asked, fc.integer({ min: 1, max: 6 })).map(([one, times]) => Array<Asked>(times).fill(one))
const records = fc.array(run, { minLength: 1, maxLength: 8 }).map((runs) => runs.flat())

/** What somebody heard: the record's offset where it was stored, else the message of its error. */
type Heard = [who: string, what: string]

interface Listening {
  readonly batch: ProducerBatch
  readonly heard: Heard[]
  readonly promises: readonly Promise<unknown>[]
  readonly listener: Parameters<ProducerBatch['succeed']>[2]
}

/** A sealed batch with these records, and what its outcome makes heard. */
function listening(all: readonly Asked[]): Listening {
  const it = accumulation({ batchSize: 5000, lingerMs: 0 })
  const orders = it.queue()
  const heard: Heard[] = []
  const promises: Promise<unknown>[] = []
  const tell =
    (who: string): DeliveryCallback =>
    (error, { offset }) =>
      void heard.push([who, error === null ? String(offset) : error.message])
  const shared = { first: tell('first'), second: tell('second') }
  for (const [index, { who, watched }] of all.entries()) {
    const isCallback = who === 'first' || who === 'second' || who === 'own'
    let answer: Answer = !isCallback ? null : who === 'own' ? tell(`own ${index}`) : shared[who]
    const kind = isCallback ? AnswerKind.callback : AnswerKind[who]
    const promised = tell(`${who} ${index}`)
    const hear = (promise: Promise<RecordMetadata>): void =>
      void promises.push(
        promise.then(
          (metadata) => promised(null, metadata),
          (error: unknown) => promised(error as KafkaError, { offset: -1n } as RecordMetadata),
        ),
      )
    if (who === 'resolve') {
      hear(
        new Promise((resolve) => {
          answer = resolve
        }),
      )
    }
    const record = { topic: 'orders', value: null, headers: { index: `${index}` } }
    if (watched) it.accumulator.append(orders, true, 0, null, null, [], kind, answer, record)
    else appendAny(it, orders, {}, kind, answer)
    if (who === 'promise') hear(orders.open!.promise())
  }
  const listener: Listening['listener'] = {
    onAcknowledgement({ headers }, metadata, error) {
      tell(`watched ${(headers as { readonly index: string }).index}`)(error, metadata)
    },
    onCallbackError: () => {},
  }
  const [batch] = drainer(it)()
  return { batch: batch!, heard, promises, listener }
}

/** What each record's outcome should make heard, the watchers' first. */
function expectedOf(all: readonly Asked[], isStored: (index: number) => boolean): Heard[] {
  return all.flatMap(({ who, watched }, index) => {
    const what = isStored(index) ? String(100 + index) : `no ${index}`
    const name = who === 'own' || who === 'promise' || who === 'resolve' ? `${who} ${index}` : who
    const heard: Heard[] = watched ? [[`watched ${index}`, what]] : []
    return who === 'none' ? heard : [...heard, [name, what] as Heard]
  })
}

/** Settles a batch whose first record is number `from`. */
function settle(batch: ProducerBatch, from: number, stored: boolean, listener: Listening['listener']): void {
  if (stored) batch.succeed(BigInt(100 + from), -1, listener)
  else batch.fail((index) => new KafkaError('UNKNOWN_SERVER_ERROR', `no ${from + index}`), listener)
}

const isPromise = ([who]: Heard): boolean => who.startsWith('promise')
const isResolve = ([who]: Heard): boolean => who.startsWith('resolve')
const isAtOnce = (one: Heard): boolean => !isPromise(one) && !isResolve(one)

it('BAT-05 each answer goes to whoever asked, about the record that was asked about, whoever else asked', async () => {
  await fc.assert(
    fc.asyncProperty(records, fc.boolean(), async (all, stored) => {
      const { batch, heard, promises, listener } = listening(all)
      settle(batch, 0, stored, listener)
      await Promise.all(promises)
      const expected = expectedOf(all, () => stored)
      // Callbacks are told at once, promises in microtasks after that; each kind in the order of the records.
      for (const kind of [isAtOnce, isPromise, isResolve]) {
        expect(heard.filter(kind)).toEqual(expected.filter(kind))
      }
      expect(heard.findLastIndex(isAtOnce)).toBe(expected.filter(isAtOnce).length - 1)
    }),
  )
})

it('SPL-04 and so it does when the batch is divided', async () => {
  await fc.assert(
    fc.asyncProperty(records, fc.array(fc.boolean(), { minLength: 1 }), async (all, stored) => {
      const { batch, heard, promises, listener } = listening(all)
      const pieces = divide(batch, Math.ceil(batch.wireBytes / 2))
      batch.dissolve()
      const fates: boolean[] = []
      for (const [number, piece] of pieces.entries()) {
        const fate = stored[number % stored.length]!
        const from = fates.length
        fates.push(...Array<boolean>(piece.recordCount).fill(fate))
        settle(piece, from, fate, listener)
      }
      await Promise.all(promises)
      const expected = expectedOf(all, (index) => fates[index]!)
      expect(heard.filter(isAtOnce)).toEqual(expected.filter(isAtOnce))
      // Failures take a promise longer than success does.
      const sorted = (some: readonly Heard[]): string[] => some.map((one) => one.join()).sort()
      expect(sorted(heard)).toEqual(sorted(expected))
    }),
  )
})
