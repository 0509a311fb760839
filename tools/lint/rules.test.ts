import { join } from 'node:path'
import { ESLint } from 'eslint'
import { expect, test } from 'vitest'
import { root } from '../bootstrap/paths.mjs'
import tseslint from 'typescript-eslint'

// Without types, because the planted files are in no project; the rules that are ours need none.
const eslint = new ESLint({
  cwd: root,
  overrideConfig: [
    tseslint.configs.disableTypeChecked,
    { languageOptions: { parserOptions: { projectService: false } } },
    { linterOptions: { reportUnusedDisableDirectives: 'off' } },
  ] as never,
})

async function rulesBroken(file: string, code: string): Promise<(string | null)[]> {
  const [result] = await eslint.lintText(`${code}\n`, { filePath: join(root, file) })
  return result?.messages.map(({ ruleId }) => ruleId) ?? []
}

test.each([
  ['packages/core/test/planted.test.ts', 'setTimeout(() => undefined, 5)', 'no-restricted-globals'],
  ['packages/core/test/support/planted.ts', 'setInterval(() => undefined, 5)', 'no-restricted-globals'],
  ['plugins/codec-gzip/test/planted.test.ts', "import 'node:timers/promises'", 'no-restricted-imports'],
  ['packages/core/src/planted.ts', 'export const now = Date.now()', 'no-restricted-globals'],
  ['packages/protocol/src/planted.ts', 'export const bytes = Buffer.alloc(1)', 'no-restricted-globals'],
  ['packages/idempotence/src/planted.ts', 'export const random = Math.random()', 'no-restricted-properties'],
  ['plugins/codec-gzip/src/planted.ts', 'export default 1', 'no-restricted-syntax'],
  ['packages/testkit/src/planted.ts', 'console.log(1)', 'no-console'],
])('in %s, `%s` breaks %s', async (file, code, rule) => {
  expect(await rulesBroken(file, code)).toEqual([rule])
})

test.each([
  ['packages/cli/test/planted.process.test.ts', 'setTimeout(() => undefined, 5)'],
  ['packages/posthorn/test/planted.kafka.test.ts', 'setTimeout(() => undefined, 5)'],
  ['plugins/transport-tcp/src/planted.ts', 'setTimeout(() => undefined, 5)'],
  ['packages/cli/src/planted.ts', 'console.log(1)'],
])('in %s, `%s` is allowed', async (file, code) => {
  expect(await rulesBroken(file, code)).toEqual([])
})
