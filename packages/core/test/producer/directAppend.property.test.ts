import type { KafkaError, ProducerRecord, RecordMetadata } from '@posthorn/contracts'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { stage } from '../support/stage.ts'

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.string({ maxLength: 40, unit: 'binary' }),
  fc.constantFrom(null, undefined, new Uint8Array(1500), 'x'.repeat(3000)),
)
const plain = fc.record(
  { topic: fc.constant('orders'), partition: fc.integer({ min: 0, max: 2 }), key: bytes, value: bytes },
  { requiredKeys: ['topic'] },
)
const other = fc.record(
  {
    topic: fc.constantFrom('orders', 'bills', 'nowhere', '..', '', 7, undefined),
    partition: fc.constantFrom(0, 2, 3, -1, 1.5, '1', null, undefined),
    key: fc.oneof(bytes, fc.constantFrom(7, {}, [])),
    value: fc.oneof(bytes, fc.constantFrom(7, {}, [])),
    timestamp: fc.constantFrom(0, 1_700_000_000_000, 5n, new Date(77), -1, Number.NaN, 'now', null, undefined),
    headers: fc.constantFrom({ a: 'b' }, [{ key: 'k', value: null }], null, undefined, 7),
  },
  { requiredKeys: ['topic'] },
)
const record = fc.oneof({ weight: 4, arbitrary: plain }, { weight: 1, arbitrary: other }, fc.constantFrom(null, 7, 'x'))
const step = fc.record({ record, way: fc.constantFrom('send', 'callback', 'trySend') })
const settings = fc.record({
  lingerMs: fc.constantFrom(0, 1, 20),
  batchSize: fc.constantFrom(0, 100, 1000),
  maxRequestSize: fc.constantFrom(2000, 100_000),
  bufferMemory: fc.constantFrom(4000, 100_000),
  maxBufferedRecords: fc.constantFrom(3, 100_000),
  maxWaitingBytes: fc.constantFrom(0, 2000, 1_000_000),
  maxBlockMs: fc.constant(200),
})

interface Step {
  readonly record: unknown
  readonly way: string
}

const outcome = ({ topic, partition, offset, timestamp, serializedKeySize, serializedValueSize }: RecordMetadata) =>
  [topic, partition, offset, timestamp, serializedKeySize, serializedValueSize].join()
const refusal = (error: unknown): string => `${(error as KafkaError).code}: ${(error as KafkaError).message}`

/** What a producer does with the records, as far as anybody can see it. */
async function story(steps: readonly Step[], given: object, interceptors: object, seed: number): Promise<unknown> {
  const s = stage({ ...given, ...interceptors }, { topics: { orders: 3, bills: 1 } }, seed)
  const seen: string[] = []
  for (const [i, { record: given, way }] of steps.entries()) {
    const each = given as ProducerRecord
    const tell = (what: string): void => void seen.push(`${i} ${what}`)
    if (way === 'send') {
      s.it.send(each).then(
        (metadata) => tell(outcome(metadata)),
        (error: unknown) => tell(refusal(error)),
      )
    } else {
      const callback = (error: KafkaError | null, metadata: RecordMetadata): void =>
        tell(error === null ? outcome(metadata) : refusal(error))
      try {
        if (!s.it.trySend(each, way === 'callback' ? callback : undefined)) tell('no room')
      } catch (error) {
        tell(refusal(error))
      }
    }
    if (i % 7 === 6) await s.advance(i)
  }
  await s.end()
  const logs = [0, 1, 2].map((partition) => s.cluster.records('orders', partition))
  return { seen, logs, bills: s.cluster.records('bills', 0) }
}

it('the short way of a record does what the long way does, whatever is sent', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), settings, fc.nat(), async (steps, given, seed) => {
      const idle = () => ({ name: 'idle' })
      const short = await story(steps, given, {}, seed)
      expect(short).toEqual(await story(steps, given, { interceptors: [idle] }, seed))
    }),
    { numRuns: 150, interruptAfterTimeLimit: 30_000 },
  )
})
