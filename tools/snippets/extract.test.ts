import { describe, expect, test } from 'vitest'
import { compile } from './compile.ts'
import { snippetsOf } from './extract.ts'

describe('snippetsOf()', () => {
  test('finds TypeScript blocks with their place, and whether they are to be run', () => {
    const markdown = 'Text\n\n```ts\nlet a = 1\n```\n```sh\nls\n```\n```ts run\nlet b = 2\n```\n'
    expect(snippetsOf('README.md', markdown)).toEqual([
      { place: 'README.md:3', code: 'let a = 1\n', runs: false },
      { place: 'README.md:9', code: 'let b = 2\n', runs: true },
    ])
  })
})

describe('compile()', () => {
  test('tells what is wrong in a snippet, and in that alone', () => {
    const [good, bad] = ['export const a: number = 1', 'export const a: number = "one"'].map((code) => ({
      place: '',
      code,
      runs: false,
    }))
    const found = compile([good!, bad!])
    expect(found.get(good!)).toEqual([])
    expect(found.get(bad!)).toEqual(["Type 'string' is not assignable to type 'number'."])
  })
})
