import { describe, expect, it } from 'vitest'
import { linesReader } from '../../src/produce/formats/lines.ts'
import { chunked, readAll } from '../support/chunks.ts'

const plain = linesReader({ keySeparator: null, maxBytes: 100 })
const keyed = linesReader({ keySeparator: Buffer.from('::'), maxBytes: 100 })
const record = (line: number, key: string | null, value: string | null) => ({ line, key, value })

describe('lines', () => {
  it('makes a record of each line, of an empty one and of a last one without a newline too', async () => {
    expect(await readAll(plain, 'a\n\nb')).toEqual([record(1, null, 'a'), record(2, null, ''), record(3, null, 'b')])
  })

  it('makes nothing of nothing, and no record after the last newline', async () => {
    expect(await readAll(plain)).toEqual([])
    expect(await readAll(plain, 'a\n')).toEqual([record(1, null, 'a')])
  })

  it('leaves every byte as it is: bad UTF-8, zeros and carriage returns', async () => {
    const bytes = Buffer.from([0xff, 0x00, 0xc3, 0x0d, 0x0a, 0x80])
    const found = (await Array.fromAsync(plain(chunked(bytes)))).flat()
    expect(found.map(({ value }) => value)).toEqual([bytes.subarray(0, 4), bytes.subarray(5)])
  })

  it('ends the key at the first separator, which may be cut in two by the input', async () => {
    expect(await readAll(keyed, 'a:', ':b::c\nd')).toEqual([record(1, 'a', 'b::c'), record(2, null, 'd')])
    expect(await readAll(keyed, '::v\nk::\n')).toEqual([record(1, '', 'v'), record(2, 'k', '')])
  })

  it('does not keep a line that is longer than the limit, and goes on after it', async () => {
    expect(await readAll(plain, 'x'.repeat(60), 'x'.repeat(60), '\nb\n')).toEqual([
      record(1, null, null),
      record(2, null, 'b'),
    ])
  })
})
