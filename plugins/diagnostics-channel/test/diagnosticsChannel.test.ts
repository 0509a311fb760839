import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Env, Hooks } from '@posthorn/contracts'
import { ConfigError, noopLogger, noTimer } from '@posthorn/contracts'
import { afterEach, describe, expect, test } from 'vitest'
import { channelOf } from '../src/channels.ts'
import { diagnosticsChannel } from '../src/index.ts'

const env: Env = {
  clock: { now: () => 0, epochMs: () => 0, schedule: () => noTimer },
  random: () => 0,
  logger: noopLogger,
  clientId: 'billing',
}
const all = Object.entries(channelOf)
const heard: [name: string, message: unknown][] = []
const listener = (message: unknown, name: string | symbol): void => void heard.push([String(name), message])

afterEach(() => {
  for (const [, name] of all) unsubscribe(name, listener)
  heard.length = 0
})

const call = (hooks: Hooks, hook: string, event: unknown): void =>
  (hooks as unknown as Record<string, (event: unknown) => void>)[hook]!(event)

describe('channels', () => {
  test.each(all)('%s is published on %s, with the client’s id', (hook, name) => {
    subscribe(name, listener)
    const event = { some: 'event' }
    call(diagnosticsChannel()(env), hook, event)
    const published = hook === 'onStart' || hook === 'onClose' ? null : event
    expect(heard).toEqual([[name, { clientId: 'billing', event: published }]])
  })

  test('that nobody has subscribed to when the producer is made have no hook at all', () => {
    expect(Object.keys(diagnosticsChannel()(env))).toEqual(['name'])
    subscribe('posthorn:batch:sealed', listener)
    expect(Object.keys(diagnosticsChannel()(env))).toEqual(['name', 'onBatchSealed'])
  })

  test('are given nothing once their last subscriber has gone', () => {
    subscribe('posthorn:batch:sealed', listener)
    const hooks = diagnosticsChannel()(env)
    unsubscribe('posthorn:batch:sealed', listener)
    call(hooks, 'onBatchSealed', {})
    expect(heard).toEqual([])
  })

  test('wait for late subscribers where that is asked for', () => {
    const hooks = diagnosticsChannel({ lateSubscribers: true })(env)
    expect(Object.keys(hooks)).toHaveLength(1 + all.length)
    call(hooks, 'onSplit', { pieces: 2 })
    subscribe('posthorn:batch:split', listener)
    expect(channel('posthorn:batch:split').hasSubscribers).toBe(true)
    call(hooks, 'onSplit', { pieces: 3 })
    expect(heard).toEqual([['posthorn:batch:split', { clientId: 'billing', event: { pieces: 3 } }]])
  })
})

test('an option that is no boolean is refused', () => {
  const make = (): unknown => diagnosticsChannel({ lateSubscribers: 'yes' as never })
  expect(make).toThrow(ConfigError)
  expect(make).toThrow('diagnosticsChannel: lateSubscribers must be true or false; got "yes"')
})
