import { readFileSync } from 'node:fs'
import { createProducer } from 'posthorn'
import { expect, test } from 'vitest'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

/** First column of the table under `## Options`. */
const named = readme
  .slice(readme.indexOf('## Options'), readme.indexOf('## Sending'))
  .split('\n')
  .flatMap((line) => [...(/^\| (`[^|]*)\|/.exec(line)?.[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name ?? ''))

/** What `createProducer` says to a setting that nothing can be made of. */
function saidTo(name: string): string {
  try {
    createProducer({ bootstrapServers: 'localhost:9092', [name]: Symbol('nothing') } as never)
    return 'taken'
  } catch (error) {
    return (error as Error).message
  }
}

test('the options that the README names are known, and what nothing can be made of is refused', () => {
  expect(named.length).toBeGreaterThan(10)
  for (const name of named) expect(saidTo(name), name).not.toMatch(/^taken$|unknown configuration key/)
  expect(saidTo('compresion')).toContain('unknown configuration key "compresion"; did you mean "compression"?')
})
