import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { root } from '../bootstrap/paths.mjs'
import { run } from '../bootstrap/process.mjs'
import { toolchain } from '../bootstrap/toolchain.mjs'
import type { Packed } from './pack.ts'

const TIMEOUT_MS = 180_000

/** What is made in the folder of an example, and is no part of it. */
const MADE = new Set(['node_modules', 'dist'])

/** What a run of a package's own tests gave. */
export interface OwnTests {
  readonly passed: number
  readonly failed: number
  readonly output: string
}

/** An example that is no part of the workspace, in an empty folder outside of the repository, as its author would have it. */
export class Outside implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'posthorn-outside-'))

  constructor(example: string) {
    const filter = (path: string): boolean => !MADE.has(basename(path))
    cpSync(join(root, 'examples', example), this.#folder, { recursive: true, filter })
  }

  /** Installs what its manifest names, ours from the tarballs. */
  async install(packed: readonly Packed[]): Promise<string> {
    const files = Object.fromEntries(packed.map(({ name, tarball }) => [name, `file:${tarball}`]))
    // None of the versions that it asks for is published yet.
    writeFileSync(join(this.#folder, 'pnpm-workspace.yaml'), `overrides: ${JSON.stringify(files)}\n`)
    const { node, pnpm, env } = await toolchain()
    const args = [pnpm, 'install', '--no-lockfile', '--ignore-scripts', '--prefer-offline', '--reporter=append-only']
    const options = { cwd: this.#folder, env: { ...env, CI: 'true' }, timeoutMs: TIMEOUT_MS }
    let result = await run(node, args, options)
    if (result.code !== 0) result = await run(node, args, options)
    return result.code === 0 ? '' : `the example could not be installed:\n${result.output}`
  }

  /** Checks its types and builds it, by the compiler that it has installed. */
  async compile(): Promise<string> {
    const tsc = join('node_modules', 'typescript', 'bin', 'tsc')
    for (const project of ['tsconfig.json', 'tsconfig.build.json']) {
      const { code, output } = await this.node([tsc, '-p', project])
      if (code !== 0) return `the example does not compile:\n${output}`
    }
    return ''
  }

  /** Runs its own tests. */
  async test(): Promise<OwnTests> {
    const { code, output } = await this.node(['--test', '--test-reporter=tap', 'test/*.test.ts'])
    const count = (what: string): number => Number(new RegExp(`^# ${what} (\\d+)$`, 'm').exec(output)?.[1] ?? 0)
    const failed = count('fail')
    return { passed: count('pass'), failed: code !== 0 ? Math.max(1, failed) : failed, output }
  }

  /** Runs a program of it with the Node that runs this. */
  node(args: readonly string[]): Promise<{ code: number; output: string }> {
    // What a test runner sets for its own processes would reach this one.
    const env = { ...process.env, NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined }
    return run(process.execPath, args, { cwd: this.#folder, env, timeoutMs: TIMEOUT_MS })
  }

  [Symbol.asyncDispose](): Promise<void> {
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 3 })
    return Promise.resolve()
  }
}
