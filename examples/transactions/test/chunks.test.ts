import type { KafkaMessage } from 'kafkajs'
import { expect, it } from 'vitest'
import { chunksOf } from '../src/chunks.ts'

function batchOf(offsets: readonly number[], lastOffset: number): Parameters<typeof chunksOf>[0] {
  const messages = offsets.map((offset) => ({ offset: String(offset) }) as KafkaMessage)
  return { messages, lastOffset: () => String(lastOffset) }
}

const shape = (batch: Parameters<typeof chunksOf>[0], size: number): unknown[] =>
  chunksOf(batch, size).map(({ messages, last, next }) => [messages.length, last, next])

it('a batch is divided, and each part commits the offset behind it', () => {
  expect(shape(batchOf([4, 5, 6, 7, 8], 8), 2)).toEqual([
    [2, '5', 6n],
    [2, '7', 8n],
    [1, '8', 9n],
  ])
})

it('the last part commits the offset behind the markers that follow', () => {
  expect(shape(batchOf([4, 5, 9], 12), 3)).toEqual([[3, '9', 13n]])
})
