import { describe, expect, it } from 'vitest'

import { apis, direction } from './support/apis.ts'
import { asJson, inOurShape } from './support/kafkaNames.ts'
import { fromHex, messageVectors, toHex } from './support/vectors.ts'

describe.each(apis)('$name against the bytes of the Java client', (api) => {
  const vectors = messageVectors(api.name)

  it('has vectors for every version that is spoken, and for no other', () => {
    const all = Array.from({ length: api.maxVersion - api.minVersion + 1 }, (_, i) => api.minVersion + i)
    for (const kind of ['request', 'response']) {
      const versions = new Set(vectors.filter((vector) => vector.kind === kind).map((vector) => vector.version))
      expect([...versions]).toEqual(all)
    }
  })

  it.each(vectors)('decodes the $variant $kind of version $version', (vector) => {
    const decoded = direction(api, vector.kind).decode(fromHex(vector.bytes), vector.version)
    expect(asJson(decoded)).toMatchObject(inOurShape(api.name, vector) as object)
  })

  it.each(vectors.filter((vector) => vector.variant !== 'follower'))(
    'encodes the $variant $kind of version $version',
    (vector) => {
      const way = direction(api, vector.kind)
      expect(toHex(way.encode(way.decode(fromHex(vector.bytes), vector.version), vector.version))).toBe(vector.bytes)
    },
  )
})
