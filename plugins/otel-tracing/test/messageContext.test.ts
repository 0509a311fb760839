import { createContextKey, ROOT_CONTEXT } from '@opentelemetry/api'
import { expect, test } from 'vitest'
import { MessageContext } from '../src/messageContext.ts'

const one = createContextKey('one')
const other = createContextKey('other')

test('has what the context below has, and more; neither context changes', () => {
  const below = ROOT_CONTEXT.setValue(one, 1)
  const plain = new MessageContext(below)
  const more = plain.setValue(other, 2)
  const again = more.setValue(one, 3)
  const both = (context: { getValue(key: symbol): unknown }): unknown[] => [
    context.getValue(one),
    context.getValue(other),
  ]
  expect([below, plain, more, again].map(both)).toEqual([
    [1, undefined],
    [1, undefined],
    [1, 2],
    [3, 2],
  ])
  expect(both(again.deleteValue(one))).toEqual([undefined, 2])
  expect(both(again)).toEqual([3, 2])
})
