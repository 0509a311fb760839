import { gzip } from '@posthorn/codec-gzip'
import type { Codec } from '@posthorn/contracts'
import { noopLogger, noTimer } from '@posthorn/contracts'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Appended } from './support/appended.ts'
import { appended, plugin } from './support/appended.ts'
import { openWrapper } from './support/readMessages.ts'

const field = fc.option(fc.uint8Array({ maxLength: 300 }))
const records = fc.array(fc.record({ timestamp: fc.integer({ min: 0, max: 2 ** 45 }), key: field, value: field }), {
  minLength: 1,
  maxLength: 40,
})
const bytesOrNull = (bytes: Uint8Array | null): string | null =>
  bytes === null ? null : Buffer.from(bytes).toString('hex')
const clock = { now: () => 0, epochMs: () => 0, schedule: () => noTimer }
const env = { clock, random: () => 0, logger: noopLogger, clientId: 'test' }
const codecs: Record<string, Codec | null> = {
  none: null,
  gzip: gzip()(env),
  'gzip, asynchronous': gzip({ syncBytes: 0 })(env),
}

it.each(Object.keys(codecs))('what is written can be read by somebody else: %s', async (name) => {
  const codec = codecs[name] ?? null
  await fc.assert(
    fc.asyncProperty(records, fc.constantFrom(0, 1, 2), async (list, produceVersion) => {
      const format = produceVersion === 2 ? 1 : 0
      const { wrapper, messages } = openWrapper(await plugin().messages(appended(list), codec, produceVersion))
      expect(messages.map(({ key, value }) => [bytesOrNull(key), bytesOrNull(value)])).toEqual(
        list.map(({ key, value }) => [bytesOrNull(key), bytesOrNull(value)]),
      )
      expect(messages.map(({ offset, timestamp }) => [offset, timestamp])).toEqual(
        list.map(({ timestamp }, index) => [index, format === 1 ? timestamp : null]),
      )
      expect(messages.every((message) => message.format === format && message.codec === 0)).toBe(true)
      expect(wrapper === null).toBe(codec === null)
      if (wrapper !== null) expect(wrapper).toMatchObject(wrapperOf(list, format))
    }),
    { numRuns: 100 },
  )
})

function wrapperOf(list: readonly Appended[], format: number): object {
  const largest = Math.max(...list.map(({ timestamp }) => timestamp))
  return { offset: list.length - 1, format, codec: 1, key: null, timestamp: format === 1 ? largest : null }
}
