import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cache, root } from '../bootstrap/paths.mjs'
import { run } from '../bootstrap/process.mjs'
import { toolchain } from '../bootstrap/toolchain.mjs'
import type { Packed } from './pack.ts'

const TIMEOUT_MS = 180_000

/** A project outside of the workspace in which the packed packages are installed as a user would have them. */
export class Consumer {
  readonly #folder = join(cache, 'consumer')

  /** Installs the tarballs, each package with only the dependencies that its manifest names. */
  async install(packed: readonly Packed[]): Promise<string> {
    const files = Object.fromEntries(packed.map(({ name, tarball }) => [name, `file:${tarball}`]))
    rmSync(this.#folder, { recursive: true, force: true })
    mkdirSync(this.#folder, { recursive: true })
    this.#write('package.json', JSON.stringify({ private: true, type: 'module', dependencies: files }))
    // The packages name one another by version; none of those versions is published yet.
    this.#write('pnpm-workspace.yaml', `overrides: ${JSON.stringify(files)}\n`)
    const { node, pnpm, env } = await toolchain()
    const args = [pnpm, 'install', '--no-lockfile', '--ignore-scripts', '--prefer-offline', '--reporter=append-only']
    const options = { cwd: this.#folder, env: { ...env, CI: 'true' }, timeoutMs: TIMEOUT_MS }
    let result = await run(node, args, options)
    if (result.code !== 0) result = await run(node, args, options)
    return result.code === 0 ? '' : `the packed packages could not be installed:\n${result.output}`
  }

  /** Loads an entry point by `import` and by `require`, which must give the same. */
  async load(specifier: string): Promise<string> {
    const program = `
      import { createRequire } from 'node:module'
      const imported = Object.keys(await import('${specifier}')).sort()
      const required = Object.keys(createRequire(import.meta.url)('${specifier}')).sort()
      if (String(imported) !== String(required)) throw new Error('import gives ' + imported + ', require ' + required)`
    return this.#node(`${specifier} could not be loaded`, ['--input-type=module', '--eval', program])
  }

  /** Compiles programs, ES module and CommonJS, that import every entry point, with every check on. */
  async compile(specifiers: readonly string[]): Promise<string> {
    const lines = specifiers.map(
      (specifier, index) => `import * as m${index} from '${specifier}'\nexport { m${index} }\n`,
    )
    this.#write('program.mts', lines.join(''))
    this.#write('program.cts', lines.join(''))
    const compilerOptions = {
      target: 'es2024',
      lib: ['es2024', 'esnext.disposable'],
      module: 'nodenext',
      strict: true,
      skipLibCheck: false,
      noEmit: true,
      typeRoots: [join(root, 'node_modules', '@types')],
      types: ['node'],
    }
    this.#write('tsconfig.json', JSON.stringify({ compilerOptions, files: ['program.mts', 'program.cts'] }))
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
    return this.#node('a program that imports every package does not compile', [tsc, '-p', '.'])
  }

  async #node(what: string, args: readonly string[]): Promise<string> {
    const { code, output } = await run(process.execPath, args, { cwd: this.#folder, timeoutMs: TIMEOUT_MS })
    return code === 0 ? '' : `${what}:\n${output}`
  }

  #write(name: string, text: string): void {
    writeFileSync(join(this.#folder, name), text)
  }
}
