import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { format } from 'prettier'
import { expect, test } from 'vitest'
import * as contracts from '../../packages/contracts/src/index.ts'
import { root } from '../bootstrap/paths.mjs'
import { table as kafkaErrors } from '../../packages/protocol/src/errorEntries.ts'
import { transactionMoves } from '../../packages/transactions/src/states.ts'
import { brokerErrors } from './brokerErrors.ts'
import { ownErrors } from './ownErrors.ts'
import { errorsPage, knownCodes } from './table.ts'

// Codes are the only strings of this shape, beside a few names; those of Node begin with ERR_.
const CODE = /'((?!ERR_)[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'/g
const states = new Set(Object.keys(transactionMoves.fatal))
/** Kafka's names of other things than errors, and causes that `posthorn doctor` finds out by itself. */
const otherNames = new Set([
  ...['SASL_PLAINTEXT', 'SASL_SSL', 'AWS_MSK_IAM'],
  ...['NO_ANSWER', 'SASL_EXPECTED', 'SSL_HANDSHAKE_INTERRUPTED', 'SSL_NOT_SPOKEN'],
])

const sources = globSync('{packages,plugins}/*/src/**/*.ts', { cwd: root })
  .filter((file) => !file.endsWith('errorEntries.ts'))
  .map((file) => [file.replaceAll('\\', '/'), readFileSync(join(root, file), 'utf8')] as const)

test('every code that any package may give to an application is in the table', () => {
  expect(sources.length).toBeGreaterThan(100)
  const unknown = sources.flatMap(([file, text]) =>
    [...text.matchAll(CODE)]
      .map((match) => match[1]!)
      .flatMap((code) =>
        knownCodes.has(code) || states.has(code) || otherNames.has(code) ? [] : [`${file}: ${code}`],
      ),
  )
  expect(unknown).toEqual([])
})

test.each(Object.entries(ownErrors))('%s is made somewhere, by a class that exists', (code, own) => {
  const makers = sources.filter(([, text]) => text.includes(`'${code}'`))
  expect(makers.length).toBeGreaterThan(0)
  for (const name of own.class.split(', ')) expect(contracts).toHaveProperty(name)
})

test('what is said of brokers’ errors is said of errors that Kafka has', () => {
  const names = new Set(kafkaErrors.map(([, name]) => name))
  expect(Object.keys(brokerErrors).filter((name) => !names.has(name))).toEqual([])
})

test('docs/errors.md is what `pnpm errors` writes', async () => {
  const page = readFileSync(join(root, 'docs/errors.md'), 'utf8')
  expect(page).toBe(await format(errorsPage(), { parser: 'markdown' }))
})

test.each([
  [{}, 'fix'],
  [{ retriable: true }, 'retry'],
  [{ retriable: true, severity: 'abortable' }, 'abort'],
  [{ retriable: true, severity: 'fatal' }, 'close'],
] as const)('an error of %o asks for %s', (details, action) => {
  expect(new contracts.KafkaError('X', 'x', details).action).toBe(action)
})
