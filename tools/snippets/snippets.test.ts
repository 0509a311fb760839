import { expect, test } from 'vitest'
import { compile } from './compile.ts'
import { allSnippets } from './extract.ts'

const snippets = allSnippets()
const found = compile(snippets)

test.each(snippets.map((snippet) => [snippet.place, snippet] as const))('%s compiles', (_place, snippet) => {
  expect(found.get(snippet)).toEqual([])
})
