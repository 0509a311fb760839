import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../bootstrap/paths.mjs'
import { allCopies, copiesOf } from './extract.ts'

test('a block whose fence names a file is a copy of it, other blocks are none', () => {
  const markdown = '```ts file=a/b.ts\nb()\n```\n\n```ts\nc()\n```\n\n```json file=d.json\n{}\n```\n'
  expect(copiesOf('page.md', markdown)).toEqual([
    { place: 'page.md:1', file: 'a/b.ts', text: 'b()\n' },
    { place: 'page.md:9', file: 'd.json', text: '{}\n' },
  ])
})

test.each(allCopies().map((copy) => [copy.place, copy.file, copy] as const))(
  '%s is %s, word for word',
  (_place, _file, { file, text }) => {
    const original = readFileSync(join(root, file), 'utf8').replaceAll('\r\n', '\n')
    // What prettier makes of a manifest is not what it makes of other JSON.
    if (file.endsWith('.json')) expect(JSON.parse(text)).toEqual(JSON.parse(original))
    else expect(text).toBe(original)
  },
)

const inGuide = new Set(allCopies().map(({ file }) => file))
test.each([
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'src/index.ts',
  'test/conformance.test.ts',
  'test/producer.test.ts',
])('the guide to plugins has the %s of the package from outside', (name) => {
  expect(inGuide).toContain(`examples/third-party-codec/${name}`)
})
