import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { peersFolder } from '../peers/folder.ts'

/** A package of those that `peers` installed, with its version. */
export async function peerModule(name: string): Promise<{ readonly exports: unknown; readonly version: string }> {
  const require = createRequire(join(peersFolder(), 'npm', 'package.json'))
  const loaded = (await import(pathToFileURL(require.resolve(name)).href)) as unknown
  const { version } = require(join(peersFolder(), 'npm', 'node_modules', name, 'package.json')) as { version: string }
  return { exports: loaded, version }
}
