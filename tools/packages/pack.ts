import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cache } from '../bootstrap/paths.mjs'
import { run } from '../bootstrap/process.mjs'
import { toolchain } from '../bootstrap/toolchain.mjs'
import { publishedPackages, type Package } from './list.ts'

/** A package as it would be published. */
export interface Packed extends Package {
  readonly tarball: string
}

/** Packs everything that we publish into the cache. */
export async function packAll(): Promise<Packed[]> {
  const { node, pnpm, env } = await toolchain()
  const destination = join(cache, 'packed')
  rmSync(destination, { recursive: true, force: true })
  mkdirSync(destination, { recursive: true })
  const packed: Packed[] = []
  for (const pkg of publishedPackages()) {
    const tarball = join(destination, `${pkg.name.replace('@', '').replace('/', '-')}.tgz`)
    const { code, output } = await run(node, [pnpm, 'pack', '--out', tarball], {
      cwd: pkg.folder,
      env,
      timeoutMs: 60_000,
    })
    if (code !== 0) throw new Error(`${pkg.name} could not be packed:\n${output}`)
    packed.push({ ...pkg, tarball })
  }
  return packed
}
