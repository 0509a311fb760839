import { describe, expect, it } from 'vitest'
import { ndjsonReader } from '../../src/produce/formats/ndjson.ts'
import { chunked, readAll } from '../support/chunks.ts'

const plain = ndjsonReader({ keyField: null, maxBytes: 100 })
const keyed = ndjsonReader({ keyField: 'id', maxBytes: 100 })
const record = (line: number, key: string | null, value: string | null) => ({ line, key, value })

describe('ndjson', () => {
  it('sends each value as it stands, spaces and number formats included', async () => {
    expect(await readAll(plain, '{"a": 1.0}\r\n[1]\n"x"\n')).toEqual([
      record(1, null, '{"a": 1.0}'),
      record(2, null, '[1]'),
      record(3, null, '"x"'),
    ])
  })

  it('passes over empty lines and still counts them', async () => {
    expect(await readAll(plain, '\n1\n  \n2')).toEqual([record(2, null, '1'), record(4, null, '2')])
  })

  it('takes text as the key, other values as their JSON, and null or nothing as no key', async () => {
    const keys = (await readAll(keyed, '{"id":"ä"}\n{"id":7}\n{"id":[1]}\n{"id":null}\n{}\n')).map(({ key }) => key)
    expect(keys).toEqual(['ä', '7', '[1]', null, null])
  })

  it('does not take for a key what every object inherits', async () => {
    const inherited = ndjsonReader({ keyField: 'constructor', maxBytes: 100 })
    expect(await readAll(inherited, '{}')).toEqual([record(1, null, '{}')])
  })

  it.each([
    ['broken JSON', '{"id":1}\n{"id"\n', /^line 2: not JSON: /],
    ['bad UTF-8', Buffer.from([0x22, 0xff, 0x22]), /^line 1: not UTF-8$/],
    ['a value that has no members', '{"id":1}\n7\n', /^line 2: not a JSON object.*"id"/],
  ])('names the line of %s', async (_what, input, message) => {
    await expect(readAll(keyed, input)).rejects.toThrow(message)
  })

  it('gives the records before a broken line', async () => {
    const batches = keyed(chunked('{"id":1}\n{"id":2}\n{\n'))
    expect((await batches[Symbol.asyncIterator]().next()).value).toHaveLength(2)
  })

  it('does not keep a line that is longer than the limit', async () => {
    expect(await readAll(plain, `"${'x'.repeat(200)}"\n1\n`)).toEqual([record(1, null, null), record(2, null, '1')])
  })
})
