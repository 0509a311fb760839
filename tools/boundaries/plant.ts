import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import configuration from './rules.mjs'

/** Files by path, each with the modules that it imports. */
export type Tree = Readonly<Record<string, readonly string[]>>

/** A violation as the tests see it: the file that imports, and the rule. */
export interface Violation {
  readonly file: string
  readonly rule: string
}

/** Lays out a small workspace that imports as `tree` says, and tells which of our rules it breaks. */
export async function violationsIn(tree: Tree): Promise<Violation[]> {
  // The real path, because dependency-cruiser reports files relative to it.
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'posthorn-boundaries-')))
  try {
    for (const [path, imports] of Object.entries(tree)) plant(root, path, imports)
    const { options = {}, ...ruleSet } = configuration
    const result = await cruise(
      Object.keys(tree),
      { ...options, baseDir: root, ruleSet, validate: true },
      options.enhancedResolveOptions,
    )
    return (result.output as ICruiseResult).summary.violations.map(({ from, rule }) => ({
      file: from,
      rule: rule.name,
    }))
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

function plant(root: string, path: string, imports: readonly string[]): void {
  const text = imports.map((name) => `import '${name}'\n`).join('')
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), `${text}export {}\n`)
  const [group = '', folder = ''] = path.split('/')
  publish(root, `${group}/${folder}`, folder === 'posthorn' ? folder : `@posthorn/${folder}`)
}

/** Makes a folder a package that the others find by name, as pnpm does. */
function publish(root: string, folder: string, name: string): void {
  const manifest = { name, type: 'module', exports: { '.': { '@posthorn/source': './src/index.ts' } } }
  writeFileSync(join(root, folder, 'package.json'), JSON.stringify(manifest))
  const link = join(root, 'node_modules', name)
  mkdirSync(dirname(link), { recursive: true })
  rmSync(link, { force: true })
  symlinkSync(join(root, folder), link, 'junction')
}
