import { createRequire } from 'node:module'
import { createProducer, type CompressionType } from 'posthorn'
import { expect, test } from 'vitest'

const { cache } = createRequire(import.meta.url)

/** Of the libraries that codecs wrap, those that are in memory. */
function loaded(): string[] {
  return ['lz4-napi', 'snappyjs'].filter((name) => Object.keys(cache).some((path) => path.includes(`/${name}/`)))
}

test('CMP-09: the library of a codec is loaded when a producer is made with the codec, not before and not after', () => {
  const producer = (compression: CompressionType): unknown =>
    createProducer({ bootstrapServers: 'localhost:9092', compression })
  for (const compression of ['none', 'gzip', 'zstd'] as const) producer(compression)
  expect(loaded()).toEqual([])
  producer('snappy')
  expect(loaded()).toEqual(['snappyjs'])
  producer('lz4')
  expect(loaded()).toEqual(['lz4-napi', 'snappyjs'])
})
