import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cache } from '../bootstrap/paths.mjs'
import { run } from '../bootstrap/process.mjs'
import { hashOf, isFresh, stamp } from '../bootstrap/stamp.mjs'
import { toolchain } from '../bootstrap/toolchain.mjs'
import { publishedPackages, type Package } from './list.ts'

/** A package as it would be published. */
export interface Packed extends Package {
  readonly tarball: string
}

/** Packs everything that we publish into the cache; what has not changed since it was packed last is there already. */
export async function packAll(): Promise<Packed[]> {
  const { node, pnpm, env } = await toolchain()
  const destination = join(cache, 'packed')
  mkdirSync(destination, { recursive: true })
  const packages = publishedPackages()
  const manifests = packages.map(({ folder }) => join(folder, 'package.json'))
  const packed: Packed[] = []
  for (const pkg of packages) {
    const tarball = join(destination, `${pkg.name.replace('@', '').replace('/', '-')}.tgz`)
    const stampFile = `${tarball}.stamp`
    packed.push({ ...pkg, tarball })
    // Manifests of all: a packed one names the versions of the others.
    const hash = hashOf([...manifests, ...contents(pkg)])
    if (existsSync(tarball) && isFresh(stampFile, hash)) continue
    rmSync(stampFile, { force: true })
    const { code, output } = await run(node, [pnpm, 'pack', '--out', tarball], {
      cwd: pkg.folder,
      env,
      timeoutMs: 60_000,
    })
    if (code !== 0) throw new Error(`${pkg.name} could not be packed:\n${output}`)
    stamp(stampFile, hash)
  }
  return packed
}

/** The files that npm packs of a package of ours, built ones among them. */
function contents({ folder }: Package): string[] {
  const dist = join(folder, 'dist')
  const built = readdirSync(dist, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const beside = ['README.md', 'LICENSE'].map((name) => join(folder, name)).filter((file) => existsSync(file))
  return [...beside, ...built.map(({ parentPath, name }) => join(parentPath, name)).sort()]
}
