import { expect, test } from 'vitest'
import { configurationKeys } from '../../packages/core/src/config/resolveConfig.ts'
import { optionKeys } from '../../packages/posthorn/src/properties/optionKeys.ts'
import { currentPage, page } from './page.ts'

test('docs/guides/properties.md is what `pnpm properties` writes', async () => {
  expect(currentPage()).toBe(await page())
})

// Options that are parts, or that Java has no key for.
const ours = ['random', 'transport', 'compression', 'partitioner', 'keySerializer', 'valueSerializer', 'delivery']
const parts = ['interceptors', 'hooks', 'legacyBrokers', 'checksum', 'clock', 'logger', 'sasl', 'bootstrapServers']
const without = new Set([...ours, ...parts, 'maxBufferedRecords', 'maxWaitingBytes'])

test('every plain option of the producer can be set from a properties file', () => {
  const settable = new Set<string>(optionKeys.map(([, option]) => option))
  expect(configurationKeys.filter((key) => !settable.has(key) && !without.has(key))).toEqual([])
})

test.each(optionKeys.filter(([key]) => key.includes('.')))('%s is %s in camelCase', (key, option) => {
  expect(option).toBe(key.replaceAll(/\.([a-z])/g, (_, letter: string) => letter.toUpperCase()))
})
