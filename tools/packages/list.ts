import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { published } from '../bootstrap/workspace.mjs'

/** One thing that a package lets others import. */
export interface EntryPoint {
  /** As its user writes it, for example `@posthorn/testkit/conformance`. */
  readonly specifier: string
  /** The built module. */
  readonly module: string
  /** The built types. */
  readonly types: string
}

/** A package that we publish. */
export interface Package {
  readonly name: string
  readonly folder: string
  readonly entryPoints: readonly EntryPoint[]
}

interface Manifest {
  readonly name: string
  readonly exports: Readonly<Record<string, { readonly types: string; readonly default: string }>>
}

/** Everything that we publish, as the manifests say. */
export function publishedPackages(): Package[] {
  return published().map((folder) => {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
    const entryPoints = Object.entries(manifest.exports).map(([path, target]) => ({
      specifier: join(manifest.name, path).replaceAll('\\', '/'),
      module: join(folder, target.default),
      types: join(folder, target.types),
    }))
    return { name: manifest.name, folder, entryPoints }
  })
}
