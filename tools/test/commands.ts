import { delimiter, join } from 'node:path'
import { root } from '../bootstrap/paths.mjs'
import { run } from '../bootstrap/process.mjs'
import { checks, type Outcome, type Step } from './step.ts'

/** Three times what the longest step takes on two cores that others use as well. */
const TIMEOUT_MS = 1_800_000

/** Runs a file with a Node and tells what it printed where it failed. */
export async function runNode(
  args: readonly string[],
  node: string = process.execPath,
  env: NodeJS.ProcessEnv = {},
): Promise<{ code: number; output: string }> {
  return run(node, args, { cwd: root, env: { ...plainEnv(), ...env }, timeoutMs: TIMEOUT_MS })
}

/** A step that is one check: a tool of ours that must end with 0. */
export function command(name: string, tool: string, args: readonly string[]): Step {
  return { name, kind: 'checks', run: async (): Promise<Outcome> => checks([await fault(tool, args)]) }
}

/** Runs a tool, and tells what it printed if it failed or an empty string if not. */
export async function fault(tool: string, args: readonly string[]): Promise<string> {
  const { code, output } = await runNode([bins[tool] ?? tool, ...args])
  return code === 0 ? '' : `${tool} ended with ${code}\n${output}`
}

/** Entry files rather than `node_modules/.bin`, which holds shell scripts that Windows would need a shell for. */
const bins: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({
    attw: '@arethetypeswrong/cli/dist/index.js',
    depcruise: 'dependency-cruiser/bin/dependency-cruiser.mjs',
    eslint: 'eslint/bin/eslint.js',
    knip: 'knip/bin/knip.js',
    prettier: 'prettier/bin/prettier.cjs',
    publint: 'publint/src/cli.js',
    'size-limit': 'size-limit/bin.js',
    tsc: 'typescript/bin/tsc',
    vitest: 'vitest/vitest.mjs',
  }).map(([tool, file]) => [tool, join(root, 'node_modules', file)]),
)

/** Without colours and the like, which would only stand in the way of reading a log. */
function plainEnv(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    NO_COLOR: '1',
    FORCE_COLOR: '0',
    PATH: [join(process.execPath, '..'), process.env['PATH']].join(delimiter),
  }
}
