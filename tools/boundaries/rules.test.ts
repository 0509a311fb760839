import { describe, expect, test } from 'vitest'
import { violationsIn, type Tree } from './plant.ts'
import configuration from './rules.mjs'

/** What exists to be imported, and breaks nothing. */
const clean: Tree = {
  'packages/contracts/src/index.ts': ['./codec.ts'],
  'packages/contracts/src/codec.ts': [],
  'packages/protocol/src/index.ts': ['@posthorn/contracts'],
  'packages/core/src/index.ts': ['@posthorn/contracts', '@posthorn/protocol'],
  'packages/core/test/sender.test.ts': ['../src/index.ts', '@posthorn/testkit', 'node:fs'],
  'packages/idempotence/src/index.ts': ['@posthorn/contracts', '@posthorn/protocol'],
  'packages/testkit/src/index.ts': ['@posthorn/core', './conformance/codec.ts', 'node:net'],
  'packages/testkit/src/conformance/codec.ts': ['@posthorn/contracts'],
  'packages/posthorn/src/index.ts': ['@posthorn/core', '@posthorn/idempotence', '@posthorn/codec-gzip'],
  'packages/cli/src/index.ts': ['posthorn', '@posthorn/testkit'],
  'plugins/codec-gzip/src/index.ts': ['@posthorn/contracts', '@posthorn/protocol', 'node:zlib'],
  'plugins/transport-tcp/src/index.ts': ['@posthorn/contracts', 'node:net'],
  'plugins/transport-tls/src/index.ts': ['@posthorn/contracts', '@posthorn/transport-tcp', 'node:tls'],
  'examples/main-job/src/index.ts': ['posthorn', '@posthorn/testkit'],
}

/** For each rule, files that break it, beside the clean ones. */
const planted: Readonly<Record<string, readonly Tree[]>> = {
  'contracts-import-nothing': [
    { 'packages/contracts/src/bad.ts': ['@posthorn/protocol'] },
    { 'packages/contracts/src/bad.ts': ['node:events'] },
  ],
  'protocol-imports-contracts': [{ 'packages/protocol/src/bad.ts': ['@posthorn/codec-gzip'] }],
  'core-imports-contracts-and-protocol': [
    { 'packages/core/src/bad.ts': ['@posthorn/idempotence'] },
    { 'packages/core/src/bad.ts': ['@posthorn/transport-tcp'] },
    { 'packages/core/src/bad.ts': ['@posthorn/testkit'] },
  ],
  'guards-import-contracts-and-protocol': [{ 'packages/idempotence/src/bad.ts': ['@posthorn/core'] }],
  'plugins-import-contracts-and-protocol': [
    { 'plugins/codec-gzip/src/bad.ts': ['@posthorn/core'] },
    { 'plugins/codec-gzip/src/bad.ts': ['@posthorn/transport-tcp'] },
    { 'plugins/codec-gzip/src/bad.ts': ['@posthorn/testkit'] },
    { 'plugins/transport-tcp/src/bad.ts': ['@posthorn/transport-tls'] },
  ],
  'tls-builds-on-tcp': [
    { 'plugins/transport-tls/src/bad.ts': ['@posthorn/core'] },
    { 'plugins/transport-tls/src/bad.ts': ['@posthorn/codec-gzip'] },
  ],
  'conformance-brings-nothing': [
    { 'packages/testkit/src/conformance/bad.ts': ['@posthorn/core'] },
    { 'packages/testkit/src/conformance/bad.ts': ['node:test'] },
  ],
  'nothing-imports-programs': [{ 'packages/posthorn/src/bad.ts': ['@posthorn/cli'] }],
  'no-platform': [
    { 'packages/core/src/bad.ts': ['node:timers'] },
    { 'packages/protocol/src/bad.ts': ['buffer'] },
    { 'packages/idempotence/src/bad.ts': ['node:crypto'] },
  ],
  'no-foreign-source-by-path': [
    { 'packages/posthorn/src/bad.ts': ['../../core/src/index.ts'] },
    { 'plugins/codec-gzip/test/bad.test.ts': ['../../../packages/contracts/src/codec.ts'] },
  ],
  'no-cycles': [{ 'packages/core/src/bad.ts': ['./worse.ts'], 'packages/core/src/worse.ts': ['./bad.ts'] }],
  'no-unknown': [{ 'packages/core/src/bad.ts': ['./missing.ts'] }],
}

test('a workspace that keeps the rules passes', async () => {
  expect(await violationsIn(clean)).toEqual([])
})

test('every rule has a planted violation', () => {
  expect(Object.keys(planted).sort()).toEqual(configuration.forbidden?.map(({ name }) => name).sort())
})

describe.each(Object.entries(planted))('%s', (rule, trees) => {
  test.each(trees.map((tree) => [JSON.stringify(tree), tree] as const))('refuses %s', async (_name, tree) => {
    const broken = (await violationsIn({ ...clean, ...tree })).filter(({ file }) => /bad|worse/.test(file))
    expect(broken.map((violation) => violation.rule)).toContain(rule)
  })
})
