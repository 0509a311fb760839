import { type Attributes, createNoopMeter } from '@opentelemetry/api'
import { expect, test } from 'vitest'
import { SentMessages } from '../src/sentMessages.ts'

test('where nobody collects, what waits to be counted does not grow without end, and nothing of it is lost', () => {
  const added: [messages: number, attributes: Attributes | undefined][] = []
  const meter = createNoopMeter()
  meter.createCounter = () => ({ add: (messages, attributes) => added.push([messages, attributes]) })
  const sent = new SentMessages(meter)
  // A failed batch has attributes of its own, with its error among them.
  for (let i = 0; i < 2500; i++) sent.add(2, { 'error.type': 'NOT_LEADER_OR_FOLLOWER' })
  expect(added).toHaveLength(2000)
  sent.stop()
  expect(added).toEqual(Array.from({ length: 2500 }, () => [2, { 'error.type': 'NOT_LEADER_OR_FOLLOWER' }]))
})
