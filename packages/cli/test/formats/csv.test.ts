import { describe, expect, it } from 'vitest'
import { csvReader } from '../../src/produce/formats/csv.ts'
import { readAll } from '../support/chunks.ts'

const plain = csvReader({ keyField: null, maxBytes: 1000 })
const keyed = csvReader({ keyField: 'id', maxBytes: 1000 })

describe('csv', () => {
  it('makes a JSON object of each row, quoted cells, newlines in them and a byte order mark understood', async () => {
    const found = await readAll(plain, '\uFEFFid,text\r\n', '1,"a,\n', 'b"\r\n2,"say ""hi"""\r\n')
    expect(found.map(({ value }) => JSON.parse(value ?? '') as unknown)).toEqual([
      { id: '1', text: 'a,\nb' },
      { id: '2', text: 'say "hi"' },
    ])
  })

  it('takes a column as the key', async () => {
    expect((await readAll(keyed, 'text,id\na,1\nb,\n')).map(({ key }) => key)).toEqual(['1', ''])
  })

  it('makes nothing of a header alone, or of nothing', async () => {
    expect(await readAll(keyed, 'id\n')).toEqual([])
    expect(await readAll(keyed)).toEqual([])
  })

  it('says which columns there are when the key is none of them', async () => {
    await expect(readAll(keyed, 'a,b\n1,2\n')).rejects.toThrow('line 1: no column "id"; there are "a", "b"')
  })

  it.each([
    ['a row with more cells than columns', 'a,b\n1,2\n1,2,3\n', /^line 3: not CSV: .*length/i],
    ['a quote that is never closed', 'a,b\n1,"2\n', /^line \d: not CSV: .*quote/i],
    ['a row beyond the limit', `a\n1\n"${'x'.repeat(2000)}"\n`, /^line 3: not CSV: .*size/i],
  ])('names the line of %s', async (_what, input, message) => {
    await expect(readAll(plain, input)).rejects.toThrow(message)
  })
})
