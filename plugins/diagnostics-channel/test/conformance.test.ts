import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { hooksConformance } from '@posthorn/testkit/conformance'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { channelOf } from '../src/channels.ts'
import { diagnosticsChannel } from '../src/index.ts'

const names = Object.values(channelOf)
let heard = 0
const listener = (): void => {
  heard++
}

beforeAll(() => {
  for (const name of names) subscribe(name, listener)
})
afterAll(() => {
  for (const name of names) unsubscribe(name, listener)
})

describe('diagnosticsChannel keeps the contract of Hooks', () => {
  const cases = hooksConformance({ create: () => diagnosticsChannel(), told: () => heard })
  for (const { name, run } of cases) test(name, run)
})
